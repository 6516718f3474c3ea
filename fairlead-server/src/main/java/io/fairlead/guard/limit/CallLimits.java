// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import io.fairlead.dialog.CallResource;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one request holds of the limits, and how far it has been asked. It gives everything back
 * once, whatever ends the call.
 *
 * <p>Owned by one loop.
 */
public final class CallLimits implements CallResource {
  private static final CallResource NOTHING = () -> {};
  private static final long NEVER = Long.MIN_VALUE;
  // More limits than most have: the list grows where there are more.
  private static final int ROOM = 8;

  /** A key that the call has joined. Immutable. */
  private record Joined(Limit limit, LimitEntry entry, long second, boolean byPool) {}

  private final CallLimiter limiter;
  private final LimitRules rules;
  private final Flow flow;
  private final boolean fromBackend;
  private final List<Joined> joined;
  // Where limits by gateway were asked; empty where there are none.
  private Map<String, CallLimits> tried = Map.of();
  private @Nullable BitSet exceeded;
  private @Nullable CallLimits atBackend;
  private @Nullable Limit refusing;
  private int next;
  private long answeredSecond = NEVER;
  private boolean over;
  // In its limiter's list.
  @Nullable CallLimits before;
  @Nullable CallLimits behind;

  CallLimits(CallLimiter limiter, LimitRules rules, Flow flow, boolean fromBackend) {
    this.limiter = limiter;
    this.rules = rules;
    this.flow = flow;
    this.fromBackend = fromBackend;
    this.joined = new ArrayList<>(Math.min(rules.size(), ROOM));
  }

  Flow flow() {
    return flow;
  }

  boolean fromBackend() {
    return fromBackend;
  }

  /**
   * Asks the limits in their order, from where it was asked last; joins what is free.
   *
   * @param route the route that has the request; null for none
   * @param pool its pool; null for none
   * @return the limit that refuses; null when none does
   */
  public @Nullable Limit take(SipRequest r, @Nullable String route, @Nullable String pool) {
    CallLimiter.Asked asked = new CallLimiter.Asked(limiter.now(), route, pool, null);
    limiter.reads(r);
    while (next < rules.size()) {
      int at = next++;
      if (exceeded != null && exceeded.get(at)) {
        continue;
      }
      Limit limit = rules.get(at);
      if (!limiter.ask(limit, r, this, asked)) {
        return limit;
      }
    }
    return null;
  }

  /** The limit that refused last leads to another route: that one's pool is asked anew. */
  public void redirected() {
    if (exceeded == null) {
      exceeded = new BitSet(rules.size());
    }
    exceeded.set(next - 1);
    if (next > rules.firstByPool()) {
      next = rules.firstByPool();
      LimitClock now = limiter.now();
      for (int i = joined.size() - 1; i >= 0; i--) {
        if (joined.get(i).byPool()) {
          giveBack(joined.remove(i), now);
        }
      }
    }
  }

  /**
   * Asks the limits of a backend.
   *
   * @return what is held there; null when a limit refuses, which {@link #refusing} tells
   */
  public @Nullable CallResource atBackend(
      SipRequest r, @Nullable String route, String pool, String backend) {
    if (rules.byGateway().length == 0) {
      return NOTHING;
    }
    if (tried.isEmpty()) {
      tried = new HashMap<>();
    }
    CallLimits there = new CallLimits(limiter, rules, flow, fromBackend);
    CallLimiter.Asked asked = new CallLimiter.Asked(limiter.now(), route, pool, backend);
    limiter.reads(r);
    for (Limit limit : rules.byGateway()) {
      if (!limiter.ask(limit, r, there, asked)) {
        there.release();
        refusing = limit;
        return null;
      }
    }
    tried.put(backend, there);
    atBackend = there;
    return there;
  }

  /**
   * A backend has the call that was asked before, and given up: it is counted there again, whatever
   * its limits say.
   */
  public CallResource againAt(String backend) {
    CallLimits before = tried.get(backend);
    if (before == null) {
      return NOTHING;
    }
    CallLimits there = new CallLimits(limiter, rules, flow, fromBackend);
    LimitClock now = limiter.now();
    for (Joined each : before.joined) {
      limiter.rejoin(each.limit(), each.entry(), there, now);
    }
    atBackend = there;
    return there;
  }

  /** The limit that refused a backend last; null when none did. */
  public @Nullable Limit refusing() {
    return refusing;
  }

  void joined(Limit limit, LimitEntry entry, long second) {
    if (joined.isEmpty()) {
      limiter.enter(this);
    }
    joined.add(new Joined(limit, entry, second, limit.byPool()));
  }

  @Override
  public void onAnswered() {
    if (answeredSecond == NEVER) {
      answeredSecond = limiter.now().second();
      if (atBackend != null) {
        atBackend.onAnswered();
      }
    }
  }

  @Override
  public void release() {
    if (over) {
      return;
    }
    over = true;
    if (joined.isEmpty()) {
      return;
    }
    limiter.leave(this);
    LimitClock now = limiter.now();
    for (int i = joined.size() - 1; i >= 0; i--) {
      giveBack(joined.get(i), now);
    }
  }

  private void giveBack(Joined each, LimitClock now) {
    UsedTime used = each.entry().used;
    if (used != null && answeredSecond != NEVER) {
      used.add(now.second(), Math.max(1, now.second() - answeredSecond));
    }
    boolean last = each.entry().leave(each.second());
    limiter.left(each.limit(), each.entry(), last, now);
  }
}

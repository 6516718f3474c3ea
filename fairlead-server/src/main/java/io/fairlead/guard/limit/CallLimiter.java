// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import io.fairlead.loop.Loop;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits as one loop asks them. What its calls hold is a list of its own, so that the load of a
 * key is the number of calls in such lists.
 *
 * <p>Owned by one loop.
 */
public final class CallLimiter {
  private static final Logger LOG = LoggerFactory.getLogger(CallLimiter.class);

  /** How often one looks again when the entry of a key has just left the table. */
  private static final int LOOKS = 4;

  private final Limits limits;
  private final Loop loop;
  private final RequestKeys keys = new RequestKeys();
  private final KeyBuffer destination = new KeyBuffer();
  private final KeyHash probe = new KeyHash(0);
  private @Nullable CallLimits newest;
  private int live;

  CallLimiter(Limits limits, Loop loop) {
    this.limits = limits;
    this.loop = loop;
  }

  /** True when there is no limit at all. */
  public boolean idle() {
    return limits.rules().isEmpty();
  }

  /**
   * Begins with a request outside a dialog.
   *
   * @param fromBackend whether it comes from a backend of a pool
   * @return null when no limit is for it: none is there, or it calls for help
   */
  public @Nullable CallLimits begin(SipRequest request, Flow flow, boolean fromBackend) {
    LimitRules rules = limits.rules();
    if (rules.isEmpty()) {
      return null;
    }
    if (rules.isEmergency(request)) {
      return null;
    }
    limits.sweepWhenDue(loop.nowNs());
    return new CallLimits(this, rules, flow, fromBackend);
  }

  /** This moment. */
  LimitClock now() {
    return limits.clock(loop.nowNs());
  }

  /** From now on limits are asked for this request, as it reads now. */
  void reads(SipRequest request) {
    keys.of(request);
  }

  /**
   * Asks one limit, about a request that {@link #reads} was told of.
   *
   * @param of what the call holds
   * @return true when it goes on
   */
  boolean ask(Limit limit, SipRequest r, CallLimits of, Asked asked) {
    if (!limit.looksAt(r, of.flow(), asked.route(), of.fromBackend())) {
      return true;
    }
    KeyBuffer key = keys.read(limit, of.flow(), asked.pool(), asked.backend());
    if (key == null) {
      return true;
    }
    probe.value = key.hash(limits.hash());
    long called = limit.settings().newDestinations() == null ? 0 : called(r);
    LimitClock at = asked.at();
    boolean joins = r.method() == Method.INVITE && limit.counts();
    for (int i = 0; i < LOOKS; i++) {
      LimitEntry entry = limit.table().find(probe);
      entry = entry == null ? limit.table().open(probe, key, limit) : entry;
      if (entry == null) {
        limits.sweepWhenFull(loop.nowNs());
        limit.onUnkept();
        return true;
      }
      Limit.Taken taken = limit.take(entry, at, called, joins);
      if (taken != Limit.Taken.GONE) {
        return settle(limit, entry, taken, of, asked);
      }
      limit.table().drop(entry);
    }
    limit.onUnkept();
    return true;
  }

  /**
   * Where a request is about to go.
   *
   * @param route the route that has it; null for none
   * @param pool its pool; null for none
   * @param backend the backend; null while none is chosen
   */
  record Asked(
      LimitClock at, @Nullable String route, @Nullable String pool, @Nullable String backend) {}

  private boolean settle(
      Limit limit, LimitEntry entry, Limit.Taken taken, CallLimits of, Asked asked) {
    boolean joined = taken == Limit.Taken.JOINED || taken == Limit.Taken.JOINED_OVER;
    if (joined) {
      of.joined(limit, entry, asked.at().second());
      limits.onChange(limit, entry);
    }
    boolean over = taken == Limit.Taken.OVER || taken == Limit.Taken.JOINED_OVER;
    if (over) {
      limit.onOver(entry, asked.at());
      tell(limit, entry, asked.at());
    }
    return !over || limit.alarms();
  }

  /** Has a call join a key again, whatever its limit says. */
  void rejoin(Limit limit, LimitEntry known, CallLimits of, LimitClock at) {
    LimitEntry entry = known;
    while (entry.join(Integer.MAX_VALUE, at.second()) == LimitEntry.Join.GONE) {
      limit.table().drop(entry);
      entry = limit.table().open(known.value, known.shown(), limit);
    }
    of.joined(limit, entry, at.second());
    limits.onChange(limit, entry);
  }

  private static void tell(Limit limit, LimitEntry entry, LimitClock at) {
    if (limit.alarms() && entry.tells(at.nowMs())) {
      LOG.warn(
          "limit {}: {} is over it, with {} calls; its calls go on",
          limit.name(),
          entry.text(),
          entry.calls());
    }
  }

  private long called(SipRequest r) {
    destination.clear();
    keys.destination(r, destination);
    return destination.hash(limits.hash());
  }

  // ---- the calls that hold something ----

  void enter(CallLimits call) {
    CallLimits next = newest;
    call.behind = next;
    if (next != null) {
      next.before = call;
    }
    newest = call;
    live++;
  }

  void leave(CallLimits call) {
    CallLimits before = call.before;
    CallLimits behind = call.behind;
    if (before == null) {
      newest = behind;
    } else {
      before.behind = behind;
    }
    if (behind != null) {
      behind.before = before;
    }
    call.before = null;
    call.behind = null;
    live--;
  }

  void left(Limit limit, LimitEntry entry, boolean last, LimitClock at) {
    limits.onChange(limit, entry);
    if (last) {
      limit.table().left(entry, at);
    }
  }

  /** How many calls of this loop hold something. */
  public int live() {
    return live;
  }
}

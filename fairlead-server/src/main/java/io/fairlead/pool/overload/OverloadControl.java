// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.overload;

import io.fairlead.sip.OverloadParameters;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Keeps back the calls that an overloaded backend asks us to (RFC 7339 §5.10.2, RFC 7415 §3.5): a
 * share of them, or those above a rate. What it asked holds for a while; then all go again.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class OverloadControl {
  private static final int ALL = 100;
  private static final long SECOND_NS = Duration.ofSeconds(1).toNanos();

  /**
   * What a backend has asked for. Immutable.
   *
   * @param rate calls a second; else a share in percent
   * @param untilNs when it ends
   * @param seq orders what it says
   */
  private record Restriction(boolean rate, int value, long untilNs, long seq) {}

  private final AtomicReference<@Nullable Restriction> restriction = new AtomicReference<>();
  private final AtomicLong asked = new AtomicLong();
  private final AtomicLong nextNs = new AtomicLong();
  private volatile boolean listens;

  /** Whether backends are told that we listen, and heard. */
  public void listens(boolean yes) {
    listens = yes;
    if (!yes) {
      restriction.set(null);
    }
  }

  /** Whether our Via says that we listen. */
  public boolean listens() {
    return listens;
  }

  /**
   * The backend has said something in our Via. Any loop.
   *
   * @param nowNs of that loop
   */
  public void told(OverloadParameters said, long nowNs) {
    if (!listens || said.oc() < 0 || !said.loss() && !said.rate()) {
      return;
    }
    // Of the two a server names one (RFC 7339 §4.2); where it names both, the one all know.
    boolean rate = said.rate() && !said.loss();
    long until = nowNs + Duration.ofMillis(said.validityMs()).toNanos();
    Restriction next = new Restriction(rate, said.oc(), until, said.seq());
    while (true) {
      Restriction now = restriction.get();
      boolean older = now != null && now.untilNs() - nowNs > 0 && said.seq() < now.seq();
      if (older || restriction.compareAndSet(now, next)) {
        return;
      }
    }
  }

  /** Whether a new call may go there. Each question counts as one call. Any loop. */
  public boolean admits(long nowNs) {
    Restriction now = restriction.get();
    if (now == null || now.untilNs() - nowNs <= 0) {
      return true;
    }
    return now.rate() ? underRate(now.value(), nowNs) : !isInShare(now.value());
  }

  // Evenly: of each hundred in turn as many as asked.
  private boolean isInShare(int percent) {
    long number = asked.getAndIncrement() & Long.MAX_VALUE >> 8;
    int share = Math.min(percent, ALL);
    return (number + 1) * share / ALL != number * share / ALL;
  }

  // The leaky bucket of RFC 7415 §3.5.1, with a tolerance of one call.
  private boolean underRate(int perSecond, long nowNs) {
    if (perSecond == 0) {
      return false;
    }
    long interval = SECOND_NS / perSecond;
    while (true) {
      long next = nextNs.get();
      // The clocks of two loops differ by a little, and a rate may have ended long ago.
      long wait = next == 0 ? 0 : next - nowNs;
      if (wait > interval) {
        return false;
      }
      if (nextNs.compareAndSet(next, Math.max(nowNs, nowNs + wait) + interval)) {
        return true;
      }
    }
  }
}

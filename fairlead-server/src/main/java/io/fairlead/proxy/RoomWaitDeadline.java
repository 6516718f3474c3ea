// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.loop.Loop;
import io.fairlead.route.AffinitySettings;
import io.fairlead.route.AffinitySettings.OnFull;
import java.time.Duration;

/**
 * How long a call waits for the room it is bound to: until the backend that has it has a place, or
 * until it shows whether that backend is dead. There is one deadline, set with the first pause.
 *
 * <p>Owned by one loop.
 */
final class RoomWaitDeadline {
  /** No more pauses: the deadline has come. */
  static final long OVER = -1;

  private static final long TICK_NS = Duration.ofMillis(250).toNanos();
  // What a refused connection means is decided on another loop, a moment later.
  private static final long SOON_NS = Duration.ofMillis(10).toNanos();
  private static final long BEYOND_NS = Duration.ofSeconds(1).toNanos();
  // What has refused this call is not asked by it four times a second.
  private static final long REFUSED_NS = Duration.ofSeconds(2).toNanos();

  private final AffinitySettings affinity;
  private final Duration tryTimeout;
  private final Loop loop;
  private long deadlineNs;

  /** Begins with the first pause. */
  RoomWaitDeadline(AffinitySettings affinity, Duration tryTimeout, Loop loop) {
    this.affinity = affinity;
    this.tryTimeout = tryTimeout;
    this.loop = loop;
  }

  /**
   * A pause, while the backend is full.
   *
   * @param refused true when it has refused this very call
   * @return nanoseconds, or {@link #OVER}
   */
  long forPlace(boolean refused) {
    return pause(affinity.queueTime().toNanos(), refused ? REFUSED_NS : TICK_NS);
  }

  /**
   * A pause, while it shows whether the backend is dead: until then the call may neither go there
   * nor elsewhere.
   *
   * @param told true when the transport said at once that it cannot be reached
   * @return nanoseconds, or {@link #OVER}
   */
  long forNews(boolean told) {
    long longest =
        affinity.onFull() == OnFull.QUEUE
            ? affinity.queueTime().toNanos()
            : tryTimeout.toNanos() + BEYOND_NS;
    return pause(longest, told && deadlineNs == 0 ? SOON_NS : TICK_NS);
  }

  private long pause(long longestNs, long pauseNs) {
    long nowNs = loop.nowNs();
    deadlineNs = deadlineNs == 0 ? nowNs + longestNs : deadlineNs;
    return nowNs >= deadlineNs ? OVER : Math.min(pauseNs, deadlineNs - nowNs);
  }
}

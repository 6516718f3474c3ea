// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.pool.freeswitch.HeartbeatFigures;
import org.jspecify.annotations.Nullable;

/**
 * How much of a backend is in use: what FreeSWITCH said with its last heartbeat, and what we have
 * added or taken away since. Several Fairleads read the same heartbeat and add each its own, so
 * none of them takes a backend for empty that the others have filled.
 */
final class UsedShare {
  /** A bridged call has two legs, one in a conference or a menu has one. */
  private static final double MOST_LEGS = 2;

  /** What stays of the free share without any idle CPU: so that the order of backends stays. */
  private static final double LEAST_FREE = 0.05;

  private UsedShare() {}

  /**
   * How much it takes: legs where FreeSWITCH says how many it may have, else calls. Used to draw by
   * size; 0 when it is not known.
   */
  static int capacity(@Nullable HeartbeatFigures figures, int maxCalls) {
    boolean limited = maxCalls != Capacity.UNLIMITED;
    if (figures == null || figures.maxSessions() <= 0) {
      return limited ? maxCalls : 0;
    }
    long legs = limited ? (long) (maxCalls * MOST_LEGS) : Integer.MAX_VALUE;
    return (int) Math.min(figures.maxSessions(), legs);
  }

  /**
   * The share, 1 when it is full; may be more.
   *
   * @param idleCpu the percentage of idle CPU below which less counts as free; 0 for never
   * @param live our own live calls now
   */
  static double of(@Nullable HeartbeatFigures figures, int maxCalls, double idleCpu, int live) {
    double ofCalls = maxCalls == Capacity.UNLIMITED ? 0 : (double) live / maxCalls;
    if (figures == null || figures.maxSessions() <= 0) {
      return ofCalls;
    }
    double used = Math.max(ofCalls, legs(figures, live) / figures.maxSessions());
    if (figures.stale() || figures.idleCpu() >= idleCpu || used >= 1) {
      return used;
    }
    double free = Math.max(LEAST_FREE, figures.idleCpu() / idleCpu);
    return 1 - (1 - used) * free;
  }

  private static double legs(HeartbeatFigures figures, int live) {
    double perCall = legsPerCall(figures);
    double legs =
        figures.stale()
            ? live * perCall
            : figures.sessions() + (live - figures.liveAtBeat()) * perCall;
    return Math.max(legs, live);
  }

  // Without calls of ours there is nothing to learn from; then the larger is the careful one.
  private static double legsPerCall(HeartbeatFigures figures) {
    if (figures.liveAtBeat() <= 0) {
      return MOST_LEGS;
    }
    double ratio = (double) figures.sessions() / figures.liveAtBeat();
    return Math.clamp(ratio, 1, MOST_LEGS);
  }
}

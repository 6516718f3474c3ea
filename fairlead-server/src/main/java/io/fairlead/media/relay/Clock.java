// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

/**
 * What latching needs beside the packet. The time is that of a media loop's cycle.
 *
 * <p>Owned by one media loop.
 */
final class Clock {
  private final long relearnAfterNs;
  private final SelfSendGuard ours;
  private long nowNs;

  Clock(long relearnAfterNs, SelfSendGuard ours, long nowNs) {
    this.relearnAfterNs = relearnAfterNs;
    this.ours = ours;
    this.nowNs = nowNs;
  }

  void set(long now) {
    nowNs = now;
  }

  long nowNs() {
    return nowNs;
  }

  /** After how much silence of the known source another may be learned. */
  long relearnAfterNs() {
    return relearnAfterNs;
  }

  /** Whom we never send to. */
  SelfSendGuard ours() {
    return ours;
  }
}

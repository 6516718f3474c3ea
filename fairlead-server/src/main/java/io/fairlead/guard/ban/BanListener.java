// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

import io.fairlead.guard.Offence;
import java.net.InetAddress;

/** Hears of bans and of what leads to them. On the home loop; never blocks. */
public interface BanListener {
  /** A source or network is banned from now on, or for longer than before. */
  default void onBan(Ban ban) {}

  /** A ban is over. */
  default void onEnd(Ban ban, BanEnd how) {}

  /**
   * An offence counted.
   *
   * @param points what it cost
   * @param total what the source has
   */
  default void onOffence(InetAddress source, Offence offence, int points, int total) {}
}

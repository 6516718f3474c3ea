// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

import io.fairlead.net.Cidr;

/** What the kernel drops for us. Any thread; never blocks. */
public interface KernelEnforcement {
  /** Nothing, since nobody asked for it. */
  KernelEnforcement NONE =
      new KernelEnforcement() {
        @Override
        public boolean holds(Cidr network) {
          return false;
        }

        @Override
        public boolean mute(long source, int ms) {
          return false;
        }

        @Override
        public String status() {
          return "not configured";
        }
      };

  /** Whether it drops what comes from that source or network. */
  boolean holds(Cidr network);

  /**
   * Has what that source sends by UDP dropped for a short time, which is no ban; where it cannot,
   * nothing happens. Allocates nothing.
   *
   * @param source as {@link io.fairlead.net.SourceKey} makes it
   * @param ms for how long, in milliseconds
   * @return false when it cannot, or has too much to do
   */
  boolean mute(long source, int ms);

  /** {@code on, 212 bans}, or why not. */
  String status();
}

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
        public String status() {
          return "not configured";
        }
      };

  /** Whether it drops what comes from that source or network. */
  boolean holds(Cidr network);

  /** {@code on, 212 bans}, or why not. */
  String status();
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

/** Whether the kernel drops what banned sources send. Immutable. */
public enum FirewallMode {
  /** By nftables, where this machine and our rights allow it. */
  AUTO,
  /** By what there is, or Fairlead does not start. */
  ON,
  /** By nftables, or Fairlead does not start. */
  NFTABLES,
  /** Fairlead alone drops it. */
  OFF;

  /** Whether there is no start without. */
  public boolean isRequired() {
    return this == ON || this == NFTABLES;
  }
}

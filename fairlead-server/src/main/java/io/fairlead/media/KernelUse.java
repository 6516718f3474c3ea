// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media;

/** Whether the kernel forwards packets for the relay. Immutable. */
public enum KernelUse {
  /** Where it can; else the relay itself. */
  AUTO,
  /** It must be able to, or Fairlead does not start. */
  ON,
  /** Never. */
  OFF
}

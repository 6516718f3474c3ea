// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

/** Whether the kernel forwards RTP in the relay's place. Immutable. */
public enum KernelMode {
  /** Where it can. */
  AUTO,
  /** It must: without, Fairlead does not start. */
  ON,
  /** It is never asked. */
  OFF
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

/** How requests are chosen that are refused when there are too many. Immutable. */
public enum DropAlgorithm {
  /** All that come when the bucket is full. */
  TAILDROP,
  /** From half full on some, ever more, by chance (random early detection). */
  RED
}

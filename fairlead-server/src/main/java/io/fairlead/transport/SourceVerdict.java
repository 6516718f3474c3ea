// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

/** What becomes of a message for whom it comes from. Immutable. */
public enum SourceVerdict {
  /** It is read. */
  HEARD,
  /** It is dropped; a connection stays. */
  DROPPED,
  /** Nothing of the source is wanted: a connection ends. */
  BARRED
}

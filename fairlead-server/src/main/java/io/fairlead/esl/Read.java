// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

/** What came of reading. Immutable. */
sealed interface Read {
  /** A frame. */
  record Got(Frame frame) implements Read {}

  /** The end. */
  record Failed(Trouble trouble) implements Read {}
}

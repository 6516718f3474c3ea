// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

/** What came of reading. Immutable. */
sealed interface EslReadResult {
  /** A frame. */
  record Got(EslFrame frame) implements EslReadResult {}

  /** The end. */
  record Failed(EslFailure trouble) implements EslReadResult {}
}

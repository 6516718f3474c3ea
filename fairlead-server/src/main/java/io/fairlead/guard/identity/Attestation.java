// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

/** How far a provider vouches for a caller (RFC 8588 §4). Immutable. */
public enum Attestation {
  /** The caller is known, and the number is his. */
  FULL("A"),
  /** The caller is known. */
  PARTIAL("B"),
  /** The call came through there. */
  GATEWAY("C");

  private final String letter;

  Attestation(String letter) {
    this.letter = letter;
  }

  /** As a PASSporT has it. */
  String letter() {
    return letter;
  }
}

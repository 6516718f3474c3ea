// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

/** How far a provider vouches for a caller (RFC 8588 §4). Immutable. */
public enum Attestation {
  /** Full: the caller is known, and the number is his. */
  A,
  /** Partial: the caller is known. */
  B,
  /** Gateway: the call came through there. */
  C
}

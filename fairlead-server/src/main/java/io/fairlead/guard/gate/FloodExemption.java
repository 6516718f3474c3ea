// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

/** Whom {@code flood} does not count, beside allowed networks, backends and nodes. Immutable. */
public enum FloodExemption {
  /** Also sources with a registration or a live call. */
  REGISTERED,
  /** Nobody else; the budget of a source grows with its registrations. */
  ALLOWED
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

/** What becomes of a call whose caller is not proven. Immutable. */
public enum IdentityPolicy {
  /** It goes on, and the next hop is told. */
  PASS,
  /** It is refused. */
  REFUSE
}

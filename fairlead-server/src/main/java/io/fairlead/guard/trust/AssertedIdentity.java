// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.trust;

/** Whether an asserted identity leaves the trust domain. Immutable. */
public enum AssertedIdentity {
  /** Unless the sender asked for privacy. */
  UNLESS_PRIVATE,
  /** Never. */
  NEVER
}

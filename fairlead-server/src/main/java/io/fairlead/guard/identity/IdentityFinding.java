// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import io.fairlead.guard.identity.certificate.IdentityVerdict;
import org.jspecify.annotations.Nullable;

/**
 * What the verification of one call has found. Immutable.
 *
 * @param passport what was signed; null unless it has passed
 */
record IdentityFinding(IdentityVerdict verdict, @Nullable Passport passport) {
  static final IdentityFinding ABSENT = new IdentityFinding(IdentityVerdict.ABSENT, null);
  static final IdentityFinding LATE = new IdentityFinding(IdentityVerdict.LATE, null);
  static final IdentityFinding BUSY = new IdentityFinding(IdentityVerdict.BUSY, null);
}

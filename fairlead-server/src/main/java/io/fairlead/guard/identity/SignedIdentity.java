// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import java.util.Locale;

/**
 * What has become of a call that was to be signed. Immutable.
 *
 * @param value of its Identity header; empty when it gets none
 */
record SignedIdentity(Outcome outcome, String value) {
  /** How it went. Immutable. */
  enum Outcome {
    /** It has our Identity. */
    SIGNED,
    /** It has one already, which is not ours to judge or to double. */
    PRESENT,
    /** Caller or called is no telephone number. */
    NO_NUMBER,
    /** The signature came too late. */
    LATE,
    /** Too many others are being signed. */
    BUSY;

    /** As meters have it. */
    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** It gets none. */
  static SignedIdentity none(Outcome why) {
    return new SignedIdentity(why, "");
  }
}

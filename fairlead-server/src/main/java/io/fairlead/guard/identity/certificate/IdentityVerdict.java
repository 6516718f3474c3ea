// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity.certificate;

import io.fairlead.observe.RefusalCause;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the verification of a call has found, and what is told of it. Immutable. */
public enum IdentityVerdict {
  /** The signature is right, and says what the call says. */
  PASSED(Verstat.PASSED, null),
  /** No PASSporT of SHAKEN. */
  ABSENT(Verstat.NONE, RefusalCause.USE_IDENTITY),
  /** It breaks the grammar, or lacks what SHAKEN needs. */
  MALFORMED(Verstat.FAILED, RefusalCause.INVALID_IDENTITY),
  /** Its certificate is somewhere where we do not look. */
  BAD_INFO(Verstat.FAILED, RefusalCause.BAD_IDENTITY_INFO),
  /** Its certificate cannot be had: that says nothing of the caller. */
  UNREACHABLE(Verstat.NONE, RefusalCause.BAD_IDENTITY_INFO),
  /** Its certificate does not count here. */
  UNTRUSTED(Verstat.FAILED, RefusalCause.UNSUPPORTED_CREDENTIAL),
  /** Somebody else wrote it, or it was changed. */
  BAD_SIGNATURE(Verstat.FAILED, RefusalCause.INVALID_IDENTITY),
  /** It is for another caller or another called. */
  OTHER_NUMBERS(Verstat.FAILED, RefusalCause.INVALID_IDENTITY),
  /** It is of another time. */
  STALE(Verstat.FAILED, RefusalCause.STALE_DATE),
  /** The certificate came too late. */
  LATE(Verstat.NONE, null),
  /** Too many others are being verified. */
  BUSY(Verstat.NONE, null);

  /** What the next hop reads (3GPP TS 24.229). Immutable. */
  public enum Verstat {
    PASSED("TN-Validation-Passed"),
    FAILED("TN-Validation-Failed"),
    NONE("No-TN-Validation");

    private final String text;

    Verstat(String text) {
      this.text = text;
    }

    /** The value of the parameter. */
    public String text() {
      return text;
    }
  }

  private final Verstat verstat;
  private final @Nullable RefusalCause cause;

  IdentityVerdict(Verstat verstat, @Nullable RefusalCause cause) {
    this.verstat = verstat;
    this.cause = cause;
  }

  /** What the next hop is told. */
  public Verstat verstat() {
    return verstat;
  }

  /** Why such a call is refused where the settings say so; null when it never is. */
  public @Nullable RefusalCause cause() {
    return cause;
  }

  /** As meters have it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

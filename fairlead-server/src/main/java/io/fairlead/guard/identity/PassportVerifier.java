// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import io.fairlead.guard.identity.certificate.IdentityVerdict;
import io.fairlead.guard.identity.certificate.SigningCredential;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a verification service (RFC 8224 §6.2, RFC 8588): what costs least is looked at
 * first, and no certificate is fetched for what would fail anyway.
 *
 * <p>Immutable. Blocks while a certificate is fetched; on virtual threads only.
 */
final class PassportVerifier {
  private final Duration freshness;
  private final Function<String, SigningCredential> credentials;
  private final LongSupplier clockMs;

  /**
   * @param credentials gives what is known of the certificate at a URL; may block
   */
  PassportVerifier(
      Duration freshness, Function<String, SigningCredential> credentials, LongSupplier clockMs) {
    this.freshness = freshness;
    this.credentials = credentials;
    this.clockMs = clockMs;
  }

  /** Verifies the first PASSporT of SHAKEN; those of other extensions are not judged. */
  IdentityFinding verify(VerificationRequest request) {
    boolean broken = false;
    for (String value : request.identities()) {
      IdentityHeader identity = IdentityHeader.read(value);
      if (identity != null && identity.isShaken()) {
        return verify(identity, request);
      }
      broken |= identity == null;
    }
    return broken ? found(IdentityVerdict.MALFORMED) : IdentityFinding.ABSENT;
  }

  private IdentityFinding verify(IdentityHeader identity, VerificationRequest request) {
    // What SHAKEN adds stands nowhere else in the message, so it cannot be made compact.
    Passport passport =
        identity.isCompact() || !identity.alg().equals("ES256")
            ? null
            : Passport.read(identity.header(), identity.claims());
    if (passport == null || !passport.x5u().equals(identity.info())) {
      return found(IdentityVerdict.MALFORMED);
    }
    if (!isFresh(passport.iat()) || !isFresh(request.date())) {
      return found(IdentityVerdict.STALE);
    }
    if (!request.numbers().fit(passport)) {
      return found(IdentityVerdict.OTHER_NUMBERS);
    }
    return switch (credentials.apply(identity.info())) {
      case SigningCredential.Useless useless -> found(useless.why());
      case SigningCredential.Trusted trusted -> {
        String signed = identity.header() + "." + identity.claims();
        yield Es256.verifies(signed, identity.signature(), trusted.key())
            ? new IdentityFinding(IdentityVerdict.PASSED, passport)
            : found(IdentityVerdict.BAD_SIGNATURE);
      }
    };
  }

  private static IdentityFinding found(IdentityVerdict verdict) {
    return new IdentityFinding(verdict, null);
  }

  private boolean isFresh(@Nullable String date) {
    if (date == null) {
      return true;
    }
    try {
      return isFresh(
          ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toEpochSecond());
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private boolean isFresh(long seconds) {
    long now = Math.floorDiv(clockMs.getAsLong(), 1000);
    return seconds >= now - freshness.toSeconds() && seconds <= now + freshness.toSeconds();
  }
}

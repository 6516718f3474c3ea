// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import io.fairlead.guard.identity.certificate.CertificateJudge;
import io.fairlead.guard.identity.certificate.CredentialCache;
import io.fairlead.guard.identity.certificate.HttpsCertificateSource;
import io.fairlead.guard.identity.certificate.IdentityVerdict;
import io.fairlead.guard.identity.certificate.TrustAnchors;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.Edit;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How calls are verified, as the configuration has it, for all loops.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class Verification {
  // It came from outside and goes into a header.
  private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

  private final VerificationSettings settings;
  private final CanonicalNumber canonical;
  private final VerstatMark marks;
  private final CredentialCache credentials;
  private final PassportVerifier verifier;
  private final WorkLimit limit;
  private final Map<IdentityVerdict, Counter> counts = new EnumMap<>(IdentityVerdict.class);
  private final byte @Nullable [] attestationName;
  private final byte @Nullable [] origidName;

  /**
   * @param executor runs what blocks
   * @throws io.fairlead.transport.tls.BadCertificateException when a file cannot be used
   */
  Verification(
      VerificationSettings settings,
      CanonicalNumber canonical,
      Executor executor,
      LongSupplier clockMs,
      Meters meters) {
    this.settings = settings;
    this.canonical = canonical;
    this.marks = new VerstatMark(canonical);
    for (IdentityVerdict each : IdentityVerdict.values()) {
      counts.put(each, meters.counter(Meter.IDENTITIES_VERIFIED, each.label()));
    }
    this.limit = new WorkLimit(executor, settings.maxWaiting());
    this.attestationName = lower(settings.attestationHeader());
    this.origidName = lower(settings.origidHeader());
    this.credentials =
        new CredentialCache(
            settings.certificates(),
            new HttpsCertificateSource(settings.certificates()),
            new CertificateJudge(TrustAnchors.read(settings.trustAnchors()), settings.tnAuthList()),
            clockMs,
            meters);
    this.verifier = new PassportVerifier(settings.freshness(), credentials::of, clockMs);
  }

  private static byte @Nullable [] lower(@Nullable String name) {
    return name == null ? null : name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether what comes from a network is verified. */
  boolean concerns(String network) {
    return settings.networks().isEmpty() || settings.networks().contains(network);
  }

  long deadlineNs() {
    return settings.deadline().toNanos();
  }

  WorkLimit limit() {
    return limit;
  }

  VerstatMark marks() {
    return marks;
  }

  /** What there is to verify; null for nothing. */
  @Nullable VerificationRequest request(SipRequest invite) {
    return VerificationRequest.of(invite, canonical);
  }

  /** Verifies it. Blocks; off the loop. */
  IdentityFinding verify(VerificationRequest request) {
    return verifier.verify(request);
  }

  /** Counts a call. */
  void count(IdentityFinding found) {
    Counter count = counts.get(found.verdict());
    if (count != null) {
      count.add();
    }
  }

  /** Why the call is refused; null when it goes on. */
  @Nullable RefusalCause refused(IdentityFinding found) {
    IdentityPolicy policy =
        switch (found.verdict()) {
          case PASSED, LATE, BUSY -> IdentityPolicy.PASS;
          case ABSENT -> settings.onMissing();
          case MALFORMED, BAD_INFO, UNREACHABLE, UNTRUSTED, BAD_SIGNATURE, OTHER_NUMBERS, STALE ->
              settings.onFailed();
        };
    return policy == IdentityPolicy.PASS ? null : found.verdict().cause();
  }

  // ---- what the next hop reads ----

  /** Takes off what only we may say. */
  void strip(SipRequest invite, Edit edit) {
    marks.strip(invite, edit);
    strip(invite, edit, attestationName);
    strip(invite, edit, origidName);
  }

  private static void strip(SipMessage message, Edit edit, byte @Nullable [] name) {
    for (int i = name == null ? -1 : message.first(HeaderName.OTHER);
        i >= 0 && name != null;
        i = message.next(HeaderName.OTHER, i)) {
      if (AssertedIdentityElements.isNamed(message, i, name)) {
        edit.cut(message.lineStart(i), message.lineEnd(i));
      }
    }
  }

  /**
   * Tells what was found.
   *
   * @return true when From was changed
   */
  boolean mark(SipRequest invite, Edit edit, IdentityFinding found) {
    Passport passport = found.passport();
    if (passport != null) {
      header(invite, edit, settings.attestationHeader(), passport.attest().letter());
      header(invite, edit, settings.origidHeader(), passport.origid());
    }
    return marks.mark(invite, edit, found.verdict().verstat());
  }

  private static void header(SipRequest invite, Edit edit, @Nullable String name, String value) {
    if (name != null && HARMLESS.matcher(value).matches()) {
      edit.insert(invite.headersEnd()).put(name).put(": ").put(value).line();
    }
  }
}

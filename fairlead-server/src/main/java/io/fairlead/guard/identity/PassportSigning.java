// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import java.security.PrivateKey;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How calls are signed (RFC 8224 §6.1, RFC 8588), as the configuration has it, for all loops.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class PassportSigning {
  private final SigningSettings settings;
  private final CanonicalNumber canonical;
  private final PrivateKey key;
  private final WorkLimit limit;
  private final LongSupplier clockMs;
  private final Meters meters;

  /**
   * @param executor runs what takes its time
   * @throws io.fairlead.transport.tls.BadCertificateException when the key cannot be used
   */
  PassportSigning(
      SigningSettings settings,
      CanonicalNumber canonical,
      Executor executor,
      LongSupplier clockMs,
      Meters meters) {
    this.settings = settings;
    this.canonical = canonical;
    this.key = IdentityChecks.signingKey(settings.key());
    this.limit = new WorkLimit(executor, settings.maxWaiting());
    this.clockMs = clockMs;
    this.meters = meters;
  }

  /** Whether calls of that route, or to that pool, are signed. */
  boolean concerns(@Nullable String route, @Nullable String pool) {
    return pool != null && settings.pools().contains(pool)
        || route != null && settings.routes().contains(route);
  }

  long deadlineNs() {
    return settings.deadline().toNanos();
  }

  WorkLimit limit() {
    return limit;
  }

  /** The time in a PASSporT made now, epoch milliseconds. */
  long nowMs() {
    return clockMs.getAsLong();
  }

  /** Counts a call. */
  void count(SignedIdentity signed) {
    meters.counter(Meter.IDENTITIES_SIGNED, signed.outcome().label()).add();
  }

  /**
   * What is to be signed.
   *
   * @param in the flow it came by
   * @return null when caller or called is no telephone number
   */
  @Nullable Passport passport(SipRequest invite, Flow in) {
    CallNumbers numbers = CallNumbers.of(invite, canonical);
    String called = numbers.to() == null ? numbers.target() : numbers.to();
    if (numbers.orig().isEmpty() || called == null) {
      return null;
    }
    String caller = numbers.orig().getFirst();
    AttestationRule rule = rule(in, caller);
    String origid = rule == null ? null : rule.origid();
    return new Passport(
        settings.x5u(),
        rule == null ? settings.otherwise() : rule.level(),
        List.of(called),
        Math.floorDiv(nowMs(), 1000),
        caller,
        origid == null ? UUID.randomUUID().toString() : origid);
  }

  private @Nullable AttestationRule rule(Flow in, String caller) {
    for (AttestationRule each : settings.attest()) {
      if (each.fits(in.listener().network(), in.remote().getAddress(), caller)) {
        return each;
      }
    }
    return null;
  }

  /** Signs it. Takes its time; off the loop. */
  SignedIdentity sign(Passport passport) {
    String input = passport.signingInput();
    String value = IdentityHeader.write(input, Es256.sign(input, key), passport.x5u());
    return new SignedIdentity(SignedIdentity.Outcome.SIGNED, value);
  }
}

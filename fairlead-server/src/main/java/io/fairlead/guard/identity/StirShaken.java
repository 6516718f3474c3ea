// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import io.fairlead.dialog.filter.CallFilter;
import io.fairlead.dialog.filter.FilterFactory;
import io.fairlead.dialog.filter.FilteredCall;
import io.fairlead.observe.Meters;
import io.fairlead.transport.Flow;
import io.fairlead.transport.tls.BadCertificateException;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * STIR/SHAKEN of a node: which calls are verified and which are signed, and the filters that do it.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class StirShaken {
  private static final Logger LOG = LoggerFactory.getLogger(StirShaken.class);

  // Never in a cookie: only the INVITE that begins a call is looked at.
  private static final int VERIFY = 0x40;
  private static final int SIGN = 0x80;

  private final Executor executor;
  private final LongSupplier clockMs;
  private final Meters meters;
  private volatile Parts parts;

  /** What the settings ask for. Immutable. */
  private record Parts(
      StirShakenSettings settings,
      @Nullable Verification verification,
      @Nullable PassportSigning signing) {}

  /**
   * Reads keys and trust anchors.
   *
   * @param executor runs what takes its time or blocks, off the loops
   * @param clockMs epoch milliseconds
   * @throws BadCertificateException when a file cannot be used
   */
  public StirShaken(
      StirShakenSettings settings, Executor executor, LongSupplier clockMs, Meters meters) {
    this.executor = executor;
    this.clockMs = clockMs;
    this.meters = meters;
    this.parts = parts(settings, executor, clockMs, meters);
  }

  private static Parts parts(
      StirShakenSettings settings, Executor executor, LongSupplier clockMs, Meters meters) {
    CanonicalNumber canonical = new CanonicalNumber(settings.numbers());
    VerificationSettings verify = settings.verify();
    SigningSettings sign = settings.sign();
    return new Parts(
        settings,
        verify == null ? null : new Verification(verify, canonical, executor, clockMs, meters),
        sign == null ? null : new PassportSigning(sign, canonical, executor, clockMs, meters));
  }

  /**
   * Takes over other settings and reads their files anew; where one cannot be used, all stays as it
   * was. Any thread.
   */
  public void reload(StirShakenSettings next) {
    try {
      parts = parts(next, executor, clockMs, meters);
    } catch (BadCertificateException e) {
      LOG.error("STIR/SHAKEN stays as it was: {}", e.getMessage());
    }
  }

  /**
   * Which filters a call needs that begins.
   *
   * @param route what took it; null when a flow token did
   * @param pool where it goes; null for no pool
   * @param in the flow its INVITE came by
   * @return bits of the two factories; 0 for nothing
   */
  public int needs(@Nullable String route, @Nullable String pool, Flow in) {
    Parts now = parts;
    Verification verification = now.verification();
    PassportSigning signing = now.signing();
    boolean verifies = verification != null && verification.concerns(in.listener().network());
    boolean signs = signing != null && signing.concerns(route, pool);
    return (verifies ? VERIFY : 0) | (signs ? SIGN : 0);
  }

  /** Makes what verifies: the first that a message from the caller meets. */
  public FilterFactory verifies() {
    return new Factory(VERIFY) {
      @Override
      public @Nullable CallFilter make(int bits, FilteredCall call) {
        Verification verification = parts.verification();
        return verification == null ? null : new VerificationFilter(verification, call);
      }
    };
  }

  /** Makes what signs: the last that a message from the caller meets. */
  public FilterFactory signs() {
    return new Factory(SIGN) {
      @Override
      public @Nullable CallFilter make(int bits, FilteredCall call) {
        PassportSigning signing = parts.signing();
        return signing == null ? null : new SigningFilter(signing, call);
      }
    };
  }

  private abstract static class Factory implements FilterFactory {
    private final int bit;

    Factory(int bit) {
      this.bit = bit;
    }

    @Override
    public int mask() {
      return bit;
    }
  }
}

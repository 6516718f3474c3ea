// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.guard.identity.certificate.CertificateFetchSettings;
import io.fairlead.sip.Ascii;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How Identity headers are verified. Immutable.
 *
 * @param networks from where INVITEs are verified; empty for everywhere
 * @param trustAnchors whose certificates count
 * @param onFailed what becomes of a call whose PASSporT is wrong
 * @param onMissing what becomes of a call without one
 * @param freshness how far iat may be from now
 * @param deadline how long an INVITE waits
 * @param maxWaiting how many INVITEs wait at once
 * @param tnAuthList whether certificates need the extension of telephone authorities
 * @param attestationHeader what carries the attestation on; null for none
 * @param origidHeader what carries the origination identifier on; null for none
 * @param certificates how certificates are fetched and kept
 */
public record VerificationSettings(
    @Setting(
            doc =
                "Networks, as the listeners name them, whose INVITEs are verified. Without it, all."
                    + " What comes from elsewhere passes untouched, also its `verstat`.")
        List<String> networks,
    @Setting(
            doc =
                "File of the authorities whose certificates count: PEM, or the list of trusted"
                    + " authorities as the STI-PA gives it, whose signature is not checked here.")
        Path trustAnchors,
    @Setting(
            value = "pass",
            doc =
                "What becomes of a call whose Identity header is wrong: pass sends it on with"
                    + " `verstat=TN-Validation-Failed`; refuse answers 403, 436, 437 or 438 as RFC"
                    + " 8224 says.")
        IdentityPolicy onFailed,
    @Setting(
            value = "pass",
            doc =
                "What becomes of a call without a SHAKEN PASSporT: pass sends it on with"
                    + " `verstat=No-TN-Validation`; refuse answers 428.")
        IdentityPolicy onMissing,
    @Setting(
            value = "60s",
            doc =
                "How far the time in the PASSporT, and that in Date, may be from now; RFC 8224 asks"
                    + " for a minute, so that a copy is of no use later.")
        Duration freshness,
    @Setting(
            value = "2s",
            doc =
                "How long an INVITE waits for its certificate. Then it goes on unverified: a caller"
                    + " waits no longer for somebody else's web server.")
        Duration deadline,
    @Setting(
            value = "1000",
            doc =
                "How many INVITEs are verified or wait for a certificate at once; more go on"
                    + " unverified. Each holds a copy of its message.")
        int maxWaiting,
    @Setting(
            value = "on",
            doc =
                "Whether a certificate must have the TNAuthList extension (RFC 8226), as SHAKEN"
                    + " asks: without it the authority has not said that it is for telephone"
                    + " numbers.")
        boolean tnAuthList,
    @Setting(
            doc =
                "A header, such as X-Attestation, that tells the attestation A, B or C of a"
                    + " verified call. One that comes with the call is taken off.")
        @Nullable String attestationHeader,
    @Setting(
            doc =
                "A header, such as X-Origination-ID, that tells the origination identifier of a"
                    + " verified call. One that comes with the call is taken off.")
        @Nullable String origidHeader,
    @Setting(doc = "How certificates are fetched and kept.")
        CertificateFetchSettings certificates) {
  private static final Duration LONGEST_DEADLINE = Duration.ofSeconds(20);

  public VerificationSettings {
    networks = List.copyOf(networks);
    if (!freshness.isPositive()) {
      throw new SettingException("freshness", "must be longer than 0s");
    }
    if (!deadline.isPositive() || deadline.compareTo(LONGEST_DEADLINE) > 0) {
      throw new SettingException("deadline", "must be longer than 0s and at most 20s");
    }
    if (maxWaiting < 1) {
      throw new SettingException("max-waiting", "must be at least 1");
    }
    header("attestation-header", attestationHeader);
    header("origid-header", origidHeader);
  }

  private static void header(String key, @Nullable String name) {
    if (name == null) {
      return;
    }
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    boolean extension = name.regionMatches(true, 0, "X-", 0, 2);
    if (!extension || !Ascii.isToken(bytes, 0, bytes.length)) {
      throw new SettingException(key, "expected the name of a header that begins with X-");
    }
  }
}

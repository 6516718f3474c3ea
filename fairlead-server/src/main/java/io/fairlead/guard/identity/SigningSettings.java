// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Which calls are signed, and how. Immutable.
 *
 * @param pools the pools whose calls are signed
 * @param routes the routes whose calls are signed
 * @param key the private key
 * @param x5u where its certificate is
 * @param attest the first rule that fits says how far we vouch
 * @param otherwise how far when none does
 * @param deadline how long an INVITE waits for its signature
 * @param maxWaiting how many wait at once
 */
public record SigningSettings(
    @Setting(doc = "The pools whose calls are signed, such as the carriers.") List<String> pools,
    @Setting(doc = "The routes whose calls are signed, by name.") List<String> routes,
    @Setting(
            doc =
                "PEM file with the private key: of the curve P-256, as ES256 needs it. Read at the"
                    + " start and at each reload.")
        Path key,
    @Setting(
            doc =
                "Where the key's certificate chain can be fetched, by HTTPS; it is told to whoever"
                    + " verifies.")
        String x5u,
    @Setting(
            doc =
                "How far we vouch for the caller's number: the first rule that fits decides."
                    + " Without rules, `otherwise` does.")
        List<AttestationRule> attest,
    @Setting(
            value = "gateway",
            doc =
                "How far when no rule fits: gateway says only that the call came through us, which"
                    + " is all that is known of a caller nobody named.")
        Attestation otherwise,
    @Setting(
            value = "1s",
            doc =
                "How long an INVITE waits for its signature. Then it leaves unsigned; a signature"
                    + " takes far below a millisecond.")
        Duration deadline,
    @Setting(
            value = "1000",
            doc =
                "How many INVITEs wait for a signature at once; more leave unsigned. Each holds a"
                    + " copy of its message.")
        int maxWaiting) {
  public SigningSettings {
    pools = List.copyOf(pools);
    routes = List.copyOf(routes);
    attest = List.copyOf(attest);
    if (pools.isEmpty() && routes.isEmpty()) {
      throw new SettingException("pools", "expected pools or routes whose calls are signed");
    }
    if (!isHttps(x5u)) {
      throw new SettingException("x5u", "expected a URL such as `https://example.com/sti.pem`");
    }
    if (!deadline.isPositive() || deadline.toSeconds() > 20) {
      throw new SettingException("deadline", "must be longer than 0s and at most 20s");
    }
    if (maxWaiting < 1) {
      throw new SettingException("max-waiting", "must be at least 1");
    }
  }

  private static boolean isHttps(String url) {
    try {
      URI uri = URI.create(url);
      // It stands in a quoted JSON text and between angle brackets.
      return "https".equals(uri.getScheme())
          && uri.getHost() != null
          && url.chars().allMatch(c -> c > ' ' && c < 127 && "\"<>\\".indexOf(c) < 0);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.trust;

import io.fairlead.config.Setting;
import java.util.List;
import java.util.Map;

/**
 * Trust and privacy as configured. Immutable.
 *
 * @param networks the trust of each network
 * @param assertedIdentity whether asserted identities leave
 * @param headers header lines that do not pass
 */
public record TrustSettings(
    @Setting(
            doc =
                "What is believed of each side, by the name in `network` of a listener: `trusted`,"
                    + " `untrusted`, or `identified` for one that is not trusted but whose senders"
                    + " are known by other means, so that a P-Asserted-Identity is made of what"
                    + " they say they are. A side that is not named is trusted.")
        Map<String, NetworkTrust> networks,
    @Setting(
            value = "unless-private",
            doc =
                "Whether a P-Asserted-Identity leaves to sides that are not trusted: `never`, or"
                    + " `unless-private`, where Privacy asks for nothing, as RFC 3325 allows.")
        AssertedIdentity assertedIdentity,
    @Setting(doc = "Header lines that do not cross the boundary of trust.") Headers headers) {
  /** Copies. */
  public TrustSettings {
    networks = Map.copyOf(networks);
  }

  /**
   * Header lines that do not pass.
   *
   * @param in from sides that are not trusted
   * @param out to them
   */
  public record Headers(
      @Setting(doc = "What is taken off messages that come from sides that are not trusted.")
          Lines in,
      @Setting(doc = "What is taken off messages that leave to sides that are not trusted.")
          Lines out) {}

  /**
   * Header lines of one direction.
   *
   * @param strip their names
   */
  public record Lines(
      @Setting(
              doc =
                  "Names of header lines, such as `X-Tenant`; `X-*` stands for all that begin so."
                      + " None by default: many farms talk to their phones by such lines.")
          List<String> strip) {
    /** Checks and copies. */
    public Lines {
      strip = List.copyOf(strip);
      strip.forEach(HeaderPatterns::check);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.net.Cidr;
import java.net.InetAddress;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * When we vouch so far for a caller's number; all conditions given must hold. Immutable.
 *
 * @param level how far
 * @param networks where the call came in
 * @param sources who sent it
 * @param numbers what the number begins with, as in the PASSporT
 * @param origid who it is, for whoever traces calls back
 */
public record AttestationRule(
    @Setting(
            doc =
                "full (A in the PASSporT): we know the caller, and that the number is his; partial"
                    + " (B): we know the caller; gateway (C): it came through us (RFC 8588).")
        Attestation level,
    @Setting(
            doc =
                "Networks, as the listeners name them, where the call came in. What a FreeSWITCH"
                    + " sends comes from users that it has authenticated.")
        List<String> networks,
    @Setting(doc = "The networks of the senders' addresses.") List<Cidr> sources,
    @Setting(
            doc =
                "What the caller's number begins with: country code first, without `+`. Where"
                    + " callers may choose their number, full needs this.")
        List<String> numbers,
    @Setting(
            doc =
                "The origination identifier of its calls, a UUID. Without it, each call has its"
                    + " own.")
        @Nullable String origid) {
  public AttestationRule {
    networks = List.copyOf(networks);
    sources = List.copyOf(sources);
    numbers = List.copyOf(numbers);
    for (String number : numbers) {
      if (!number.matches("[0-9]{1,15}")) {
        throw new SettingException("numbers", "expected digits, the country code first");
      }
    }
    if (origid != null && !isUuid(origid)) {
      throw new SettingException("origid", "expected a UUID");
    }
  }

  private static boolean isUuid(String text) {
    try {
      return UUID.fromString(text).toString().equalsIgnoreCase(text);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Whether it fits.
   *
   * @param network where the call came in
   * @param source who sent it
   * @param number the caller's, canonical
   */
  boolean fits(String network, InetAddress source, String number) {
    return (networks.isEmpty() || networks.contains(network))
        && (sources.isEmpty() || sources.stream().anyMatch(each -> each.contains(source)))
        && (numbers.isEmpty() || numbers.stream().anyMatch(number::startsWith));
  }
}

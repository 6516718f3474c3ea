// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.profile;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.media.srtp.CryptoSuite;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How one side of a call wants its media, as configured. Immutable.
 *
 * @param like whom the side is like
 * @param srtp whether it has SRTP; null for as such peers do
 * @param suites what is offered and taken, best first; empty for as such peers do
 */
public record SideProfile(
    @Setting(
            value = "plain",
            shortForm = true,
            doc =
                "Who is there: plain has RTP as it is; phone-sdes has SRTP where the phone has it"
                    + " (`srtp: allow`), the strongest suite first; trunk-srtp has nothing but SRTP"
                    + " (`srtp: require`), with the suites of 128 bits that carriers have. What is"
                    + " set beside it takes its place.")
        SidePreset like,
    @Setting(
            doc =
                "none: plain RTP, and an offer of SRTP alone is refused with 488. allow: SRTP where"
                    + " the side has it, offered as RTP/AVP with a=crypto (RFC 8643). require: SRTP"
                    + " or 488. Keys are those of a=crypto (RFC 4568).")
        @Nullable SrtpUse srtp,
    @Setting(
            doc =
                "The suites that are offered, best first, and taken when offered; the order in a"
                    + " peer's offer is the peer's. Named as in a=crypto, in the spelling of this"
                    + " file: `aes-cm-128-hmac-sha1-80`.")
        List<CryptoSuite> suites) {
  /** RTP as it is. */
  public static final SideProfile PLAIN = new SideProfile(SidePreset.PLAIN, null, List.of());

  /** Checks what the types do not. */
  public SideProfile {
    suites = List.copyOf(suites);
    if (!suites.isEmpty() && (srtp == null ? like.srtp() : srtp) == SrtpUse.NONE) {
      throw new SettingException("suites", "there is no SRTP: it needs `srtp: allow` or `require`");
    }
    if (suites.stream().distinct().count() < suites.size()) {
      throw new SettingException("suites", "a suite is there twice");
    }
  }

  /** Whether it has SRTP. */
  public SrtpUse use() {
    return srtp == null ? like.srtp() : srtp;
  }

  /** What it may have, best first. */
  public List<CryptoSuite> taken() {
    if (!suites.isEmpty()) {
      return suites;
    }
    return like == SidePreset.PLAIN ? SidePreset.PHONE_SDES.suites() : like.suites();
  }

  /** In a few words, for an operator. */
  public String words() {
    return switch (use()) {
      case NONE -> "plain RTP";
      case ALLOW -> "SRTP where it has that, " + names();
      case REQUIRE -> "SRTP only, " + names();
    };
  }

  private String names() {
    return taken().stream()
        .map(suite -> suite.name().toUpperCase(Locale.ROOT))
        .collect(Collectors.joining(" or "));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.sdes;

import io.fairlead.media.srtp.CryptoSuite;
import io.fairlead.media.srtp.MasterKey;
import io.fairlead.sdp.CryptoLine;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether an a=crypto line can be taken (RFC 4568 §6). A line with what is not done here is passed
 * over as a whole: half of it would mean packets that nobody can decrypt.
 *
 * <p>Immutable.
 *
 * @param key what it brings; null when it is not taken
 * @param why not; empty when it is
 */
record CryptoLineCheck(@Nullable MasterKey key, String why) {
  /** The longest lifetime that any suite has: 2^48 packets of RTP (RFC 3711 §9.2). */
  private static final int LONGEST = 48;

  /** The window size hint: ours is never smaller than the 64 that RFC 3711 asks for. */
  private static final String WINDOW = "WSH=";

  static CryptoLineCheck of(CryptoLine line, List<CryptoSuite> taken) {
    CryptoSuite suite = CryptoSuite.of(line.suite());
    if (suite == null || !taken.contains(suite)) {
      return refused(line, "the suite is not taken");
    }
    if (!line.mki().isEmpty()) {
      return refused(line, "master key identifiers are not taken");
    }
    if (!isLifetime(line.lifetime())) {
      return refused(line, "the lifetime is none");
    }
    for (String parameter : line.parameters().split("[ \t]+")) {
      if (!isHarmless(parameter)) {
        String name = parameter.replaceFirst("[=:].*", "");
        return refused(line, "the session parameter " + shown(name) + " is not taken");
      }
    }
    MasterKey key = MasterKey.read(suite, line.key());
    return key == null
        ? refused(line, "the key is not base64 of " + (suite.keyLength() + suite.saltLength()))
        : new CryptoLineCheck(key, "");
  }

  private static CryptoLineCheck refused(CryptoLine line, String why) {
    return new CryptoLineCheck(null, line.tag() + " " + shown(line.suite()) + ": " + why);
  }

  // In a line out of order a key may stand where a name should.
  private static String shown(String name) {
    return name.matches("[A-Z0-9_]{1,40}") ? name : "(no name)";
  }

  // The key is its sender's to count: we hold to no more than the syntax.
  private static boolean isLifetime(String text) {
    if (text.isEmpty()) {
      return true;
    }
    if (text.matches("2\\^[0-9]{1,2}")) {
      return Integer.parseInt(text.substring(2)) <= LONGEST;
    }
    return text.matches("[1-9][0-9]{0,14}") && Long.parseLong(text) <= 1L << LONGEST;
  }

  // One with a hyphen may be passed over by who does not know it (RFC 4568 §6.3.7).
  private static boolean isHarmless(String parameter) {
    String upper = parameter.toUpperCase(Locale.ROOT);
    return parameter.isEmpty() || parameter.startsWith("-") || upper.startsWith(WINDOW);
  }
}

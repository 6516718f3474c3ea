// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import io.fairlead.sip.Ascii;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where an ICE agent may be reached, {@code 1 1 UDP 2130706431 192.0.2.1 5000 typ host} (RFC 8839
 * §5.1). Immutable.
 *
 * @param foundation as written
 * @param component 1 for RTP, 2 for RTCP
 * @param transport in lower case, {@code udp} or {@code tcp}
 * @param priority 1 to 2^31 - 1
 * @param address an address or a name, such as a browser's {@code .local}
 * @param port 0 to 65535; 9 for one that only connects (RFC 6544 §4.5)
 * @param type {@code host}, {@code srflx}, {@code prflx} or {@code relay}
 * @param tcpType {@code active}, {@code passive} or {@code so}; empty for UDP
 */
public record Candidate(
    String foundation,
    int component,
    String transport,
    long priority,
    String address,
    int port,
    String type,
    String tcpType) {
  private static final int MAX_COMPONENT = 256;

  // RFC 8839 §5.1 gives ten digits; more than 2^31 - 1 is seen and harmless.
  private static final long MAX_PRIORITY = 0xffffffffL;

  /** The value of an a=candidate line, or null when it is none. */
  public static @Nullable Candidate read(byte[] bytes, int from, int to) {
    String[] words = Ascii.text(bytes, from, to).trim().split("[ \t]+", -1);
    if (words.length < 8 || !words[6].equalsIgnoreCase("typ")) {
      return null;
    }
    int component = (int) number(words[1], MAX_COMPONENT);
    long priority = number(words[3], MAX_PRIORITY);
    int port = (int) number(words[5], NetPort.MAX);
    if (component < 1 || priority < 0 || port < 0) {
      return null;
    }
    String tcpType = "";
    for (int i = 8; i + 1 < words.length; i += 2) {
      tcpType = words[i].equalsIgnoreCase("tcptype") ? words[i + 1] : tcpType;
    }
    return new Candidate(
        words[0],
        component,
        words[2].toLowerCase(Locale.ROOT),
        priority,
        words[4],
        port,
        words[7].toLowerCase(Locale.ROOT),
        tcpType.toLowerCase(Locale.ROOT));
  }

  private static long number(String text, long max) {
    byte[] digits = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    return Ascii.number(digits, 0, digits.length, max);
  }
}

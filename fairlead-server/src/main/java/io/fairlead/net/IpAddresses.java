// SPDX-License-Identifier: Apache-2.0
package io.fairlead.net;

import java.net.InetAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Address literals. The JDK also takes forms such as {@code 10.1} for an address; here only the
 * usual ones are.
 */
public final class IpAddresses {
  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  private static final Pattern V4 = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");
  private static final Pattern V6 = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");

  private IpAddresses() {}

  /**
   * The address that a literal means, or null when the text is none. An IPv4 address in IPv6 form
   * is IPv4.
   */
  public static @Nullable InetAddress literal(String text) {
    if (!V4.matcher(text).matches() && !V6.matcher(text).matches()) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

/** The recommended text form of an IPv6 address (RFC 5952 §4). Immutable. */
final class Ipv6Text {
  private Ipv6Text() {}

  /** Shortens the JDK's {@code 2001:db8:0:0:0:0:0:1} to {@code 2001:db8::1}; a zone is cut off. */
  static String shorten(String text) {
    int zone = text.indexOf('%');
    String[] groups = (zone < 0 ? text : text.substring(0, zone)).split(":");
    int longest = 1;
    int at = -1;
    for (int i = 0; i < groups.length; i++) {
      int n = 0;
      while (i + n < groups.length && groups[i + n].equals("0")) {
        n++;
      }
      if (n > longest) {
        longest = n;
        at = i;
      }
    }
    if (at < 0) {
      return String.join(":", groups);
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < at; i++) {
      out.append(i > 0 ? ":" : "").append(groups[i]);
    }
    out.append("::");
    for (int i = at + longest; i < groups.length; i++) {
      out.append(i > at + longest ? ":" : "").append(groups[i]);
    }
    return out.toString();
  }
}

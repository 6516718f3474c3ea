// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.net.InetSocketAddress;
import java.util.Locale;

/** The transport of a test. Immutable. */
enum Over {
  UDP("u1"),
  TCP("t1"),
  /** To SIPp it is TCP, in a {@link TlsCoat}. */
  TLS("t1");

  /** What Fairlead's certificate is for. */
  static final String DOMAIN = "fairlead.test";

  /** SIPp's name: one socket for all calls. */
  final String sippName;

  Over(String sippName) {
    this.sippName = sippName;
  }

  /** What a Via says. */
  String token() {
    return name();
  }

  /** What the kernel calls it. */
  Over socket() {
    return this == UDP ? UDP : TCP;
  }

  /** As {@code udp://127.0.0.1:5060}. */
  String bind(InetSocketAddress address) {
    return scheme() + "://" + Loopback.text(address);
  }

  /** An entry of {@code listeners}. */
  String listener(InetSocketAddress address) {
    String bind = '"' + bind(address) + '"';
    if (this != TLS) {
      return bind;
    }
    Authority.Certificate certificate = Authority.ours().issue("DNS:" + DOMAIN, "IP:" + address.getAddress().getHostAddress());
    return "{ bind: " + bind + ", tls: " + Authority.Certificate.tls("", certificate) + " }";
  }

  String uri(InetSocketAddress address) {
    return "sip:" + place(address);
  }

  /** What stands behind the user of a URI. */
  String place(InetSocketAddress address) {
    return Loopback.text(address) + (this == UDP ? "" : ";transport=" + scheme());
  }

  private String scheme() {
    return name().toLowerCase(Locale.ROOT);
  }
}

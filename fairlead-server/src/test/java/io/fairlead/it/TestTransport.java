// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.net.InetSocketAddress;
import java.util.Locale;

/** The transport of a test. Immutable. */
enum TestTransport {
  UDP("u1"),
  TCP("t1"),
  /** To SIPp it is TCP, in a {@link TlsCoat}. */
  TLS("t1");

  /** What Fairlead's certificate is for. */
  static final String DOMAIN = "fairlead.test";

  /** SIPp's name: one socket for all calls. */
  final String sippName;

  TestTransport(String sippName) {
    this.sippName = sippName;
  }

  /** What a Via says. */
  String token() {
    return name();
  }

  /** What the kernel calls it. */
  TestTransport socket() {
    return this == UDP ? UDP : TCP;
  }

  /** As {@code udp://127.0.0.1:5060}. */
  String bind(InetSocketAddress address) {
    return scheme() + "://" + Loopback.text(address);
  }

  /** An entry of {@code listeners}; over TLS with a certificate of its own. */
  String listener(InetSocketAddress address) {
    return this == TLS ? listener(address, certificate(address)) : '"' + bind(address) + '"';
  }

  /** One with that certificate. */
  String listener(InetSocketAddress address, Authority.Certificate certificate) {
    String tls = Authority.Certificate.tls("", certificate);
    return "{ bind: \"" + bind(address) + "\", tls: " + tls + " }";
  }

  /** What a listener there needs. */
  static Authority.Certificate certificate(InetSocketAddress address) {
    return Authority.ours().issue("DNS:" + DOMAIN, "IP:" + address.getAddress().getHostAddress());
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

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.net.InetSocketAddress;

/** The transport of a test. Immutable. */
enum Over {
  UDP("u1", ""),
  TCP("t1", ";transport=tcp");

  /** SIPp's name: one socket for all calls. */
  final String sippName;

  private final String uriParameter;

  Over(String sippName, String uriParameter) {
    this.sippName = sippName;
    this.uriParameter = uriParameter;
  }

  /** What a Via says. */
  String token() {
    return name();
  }

  String listener(InetSocketAddress address) {
    return (this == UDP ? "udp://" : "tcp://") + Loopback.text(address);
  }

  String uri(InetSocketAddress address) {
    return "sip:" + Loopback.text(address) + uriParameter;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** From the host of a backend's URI to an address. */
final class LiteralAddresses {
  private LiteralAddresses() {}

  /** The address when the host is one, or null when it is a name. */
  static @Nullable InetSocketAddress literal(BackendUri uri) {
    String host = uri.host();
    boolean brackets = host.startsWith("[");
    if (!brackets && !host.matches("[0-9]+(\\.[0-9]+){3}")) {
      return null;
    }
    try {
      String bare = brackets ? host.substring(1, host.length() - 1) : host;
      return new InetSocketAddress(InetAddress.ofLiteral(bare), uri.port());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}

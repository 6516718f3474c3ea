// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.pool.Backend;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipRequest;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The Contact of a 302 (RFC 3261 §8.3): the request's user at the backend that was picked.
 * Immutable.
 */
final class RedirectContact {
  private RedirectContact() {}

  static String contact(SipRequest r, Backend backend) {
    boolean sips = SipsRules.is(r);
    StringBuilder text = new StringBuilder(sips ? "Contact: <sips:" : "Contact: <sip:");
    if (r.uri().hasUser()) {
      text.append(Ascii.text(r.bytes(), r.uri().userFrom(), r.uri().userTo())).append('@');
    }
    text.append(hostPort(backend.address()));
    // sips says TLS already.
    String transport = sips && backend.transport().equals("wss") ? "ws" : backend.transport();
    if (!transport.equals("udp") && !(sips && transport.equals("tls"))) {
      text.append(";transport=").append(transport);
    }
    return text.append(">\r\n").toString();
  }

  private static String hostPort(@Nullable InetSocketAddress address) {
    if (address == null) {
      return "invalid";
    }
    String host = Responses.textOf(address.getAddress());
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}

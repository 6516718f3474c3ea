// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipMessage;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pieces of SIP text the demo's phones and servers need. Immutable. */
final class SipSnippets {
  private SipSnippets() {}

  static String hostPort(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  /**
   * The Record-Route values of a response in the order a caller uses them: the last becomes the
   * first (RFC 3261 §12.1.2).
   */
  static List<String> routeSet(SipMessage response) {
    List<String> routes = new ArrayList<>();
    NameAddr element = new NameAddr();
    for (int i = response.first(HeaderName.RECORD_ROUTE);
        i >= 0;
        i = response.next(HeaderName.RECORD_ROUTE, i)) {
      int to = response.valueEnd(i);
      for (int at = response.valueStart(i);
          at >= 0 && at < to && element.parse(response.bytes(), at, to); ) {
        routes.add("<" + element.uri() + ">");
        at = element.nextElement(to);
      }
    }
    return routes.reversed();
  }

  /** The URI of the Contact, where requests of the dialog go. */
  static @Nullable String contact(SipMessage response) {
    NameAddr contact = new NameAddr();
    int i = response.first(HeaderName.CONTACT);
    boolean found =
        i >= 0 && contact.parse(response.bytes(), response.valueStart(i), response.valueEnd(i));
    return found ? contact.uri() : null;
  }
}

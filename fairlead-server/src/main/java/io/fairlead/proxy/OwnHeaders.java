// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.sip.SipWriter;
import io.fairlead.transport.Listener;
import io.fairlead.transport.OwnHostNames;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Who we are: our names, and the text of the headers we add, made once per listener. Immutable. */
final class OwnHeaders {
  private record Texts(byte[] via, Address sip, Address sips) {}

  // What stands before and behind the cookie of a Record-Route.
  private record Address(byte[] before, byte[] behind) {
    static Address of(Listener listener, boolean sips) {
      String behind = "@" + listener.sentBy() + listener.transportParameter(sips) + ";lr>\r\n";
      return new Address(ascii("Record-Route: <" + listener.scheme(sips) + ":"), ascii(behind));
    }
  }

  private final OwnHostNames names;
  private final Texts[] texts;

  OwnHeaders(List<Listener> listeners) {
    names = new OwnHostNames(listeners);
    texts = new Texts[listeners.size()];
    for (Listener listener : listeners) {
      texts[listener.index()] =
          new Texts(
              ascii(
                  "Via: SIP/2.0/"
                      + listener.transport().viaToken()
                      + " "
                      + listener.sentBy()
                      + ";rport;branch="),
              Address.of(listener, false),
              Address.of(listener, true));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The names alone. */
  OwnHostNames names() {
    return names;
  }

  /**
   * Appends {@code Via: SIP/2.0/UDP host:port;rport;branch=}; the branch and a line break must
   * follow.
   */
  void via(SipWriter out, Listener listener) {
    out.put(texts[listener.index()].via);
  }

  /**
   * Appends {@code Record-Route: <sip:}, to which a cookie and {@link #routeAddress} must follow.
   *
   * @param sips the dialog is sips from end to end
   */
  void recordRoute(SipWriter out, Listener listener, boolean sips) {
    out.put(address(listener, sips).before);
  }

  /** Appends {@code @host:port;lr>} and a line break, behind a cookie. */
  void routeAddress(SipWriter out, Listener listener, boolean sips) {
    out.put(address(listener, sips).behind);
  }

  private Address address(Listener listener, boolean sips) {
    Texts of = texts[listener.index()];
    return sips ? of.sips : of.sip;
  }
}

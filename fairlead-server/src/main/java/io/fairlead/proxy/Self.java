// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.sip.SipWriter;
import io.fairlead.transport.Listener;
import io.fairlead.transport.OwnNames;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Who we are: our names, and the text of the headers we add, made once per listener. Immutable. */
final class Self {
  private record Texts(byte[] via, byte[] routeAddress) {}

  private final OwnNames names;
  private final Texts[] texts;

  Self(List<Listener> listeners) {
    names = new OwnNames(listeners);
    texts = new Texts[listeners.size()];
    for (Listener listener : listeners) {
      String transport = listener.transport().name();
      String parameter = transport.equals("udp") ? "" : ";transport=" + transport;
      texts[listener.index()] =
          new Texts(
              ascii(
                  "Via: SIP/2.0/"
                      + listener.transport().viaToken()
                      + " "
                      + listener.sentBy()
                      + ";rport;branch="),
              ascii("@" + listener.sentBy() + parameter + ";lr>\r\n"));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The names alone. */
  OwnNames names() {
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
   * Appends {@code @host:port;lr>} and a line break, behind {@code Record-Route: <sip:} and a
   * cookie.
   */
  void routeAddress(SipWriter out, Listener listener) {
    out.put(texts[listener.index()].routeAddress);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.sip.Via;
import io.fairlead.transport.Listener;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who we are: the names by which Via, Route and request-URIs speak of us (RFC 3261 §16.3, §16.4),
 * and the text of the headers we add, made once per listener. Immutable.
 */
final class Self {
  private static final int SIP_PORT = 5060;

  private record Name(byte[] host, int port, Listener listener, byte[] transport, boolean udp) {
    Name(String host, int port, Listener listener) {
      this(
          ascii(host),
          port,
          listener,
          ascii(listener.transport().name()),
          listener.transport().name().equals("udp"));
    }

    boolean is(byte[] bytes, int from, int to, int wantedPort) {
      return port == wantedPort && Ascii.equalsLower(bytes, from, to, host);
    }
  }

  private record Texts(byte[] via, byte[] routeAddress) {}

  private final Name[] names;
  private final Texts[] texts;

  Self(List<Listener> listeners) {
    List<Name> all = new ArrayList<>();
    texts = new Texts[listeners.size()];
    for (Listener listener : listeners) {
      all.add(name(listener.sentBy(), listener));
      boolean v6 = listener.bound().getAddress().getAddress().length == 16;
      String text = Responses.textOf(listener.bound().getAddress());
      String host = v6 ? "[" + text + "]" : text;
      all.add(new Name(host, listener.bound().getPort(), listener));
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
    names = all.toArray(new Name[0]);
  }

  private static Name name(String sentBy, Listener listener) {
    int colon = sentBy.lastIndexOf(':');
    boolean hasPort = colon > 0 && sentBy.indexOf(']') < colon;
    String host = (hasPort ? sentBy.substring(0, colon) : sentBy).toLowerCase(Locale.ROOT);
    return new Name(
        host, hasPort ? Integer.parseInt(sentBy.substring(colon + 1)) : SIP_PORT, listener);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** True when the URI's host and port are ours. */
  boolean is(byte[] bytes, SipUri uri) {
    return uri.isSip() && any(bytes, uri.hostFrom(), uri.hostTo(), port(uri.port()));
  }

  /** True when a Via's sent-by is ours. */
  boolean is(byte[] bytes, Via via) {
    return any(bytes, via.hostFrom(), via.hostTo(), port(via.port()));
  }

  /** The listener that a Route URI of ours names, its transport included where two share a port. */
  @Nullable Listener listener(byte[] bytes, SipUri uri) {
    boolean explicit = uri.hasParam(SipUri.TRANSPORT);
    int port = port(uri.port());
    for (Name name : names) {
      if (name.is(bytes, uri.hostFrom(), uri.hostTo(), port)
          && (explicit
              ? Ascii.equalsLower(bytes, uri.paramFrom(), uri.paramTo(), name.transport)
              : name.udp)) {
        return name.listener;
      }
    }
    return null;
  }

  private static int port(int port) {
    return port < 0 ? SIP_PORT : port;
  }

  private boolean any(byte[] bytes, int from, int to, int port) {
    for (Name name : names) {
      if (name.is(bytes, from, to, port)) {
        return true;
      }
    }
    return false;
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

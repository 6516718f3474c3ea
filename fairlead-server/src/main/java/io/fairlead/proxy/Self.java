// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.sip.Via;
import io.fairlead.transport.Listener;
import io.fairlead.transport.Transport;
import io.fairlead.transport.Transports;
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
  private record Name(byte[] host, int port, Listener listener) {
    Name(String host, int port, Listener listener) {
      this(ascii(host), port, listener);
    }

    boolean is(byte[] bytes, int from, int to, int wantedPort) {
      return port == wantedPort && Ascii.equalsLower(bytes, from, to, host);
    }
  }

  private record Texts(byte[] via, Address sip, Address sips) {}

  // What stands before and behind the cookie of a Record-Route.
  private record Address(byte[] before, byte[] behind) {
    static Address of(Listener listener, boolean sips) {
      String behind = "@" + listener.sentBy() + listener.transportParameter(sips) + ";lr>\r\n";
      return new Address(ascii("Record-Route: <" + listener.scheme(sips) + ":"), ascii(behind));
    }
  }

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
    names = all.toArray(new Name[0]);
  }

  private static Name name(String sentBy, Listener listener) {
    int colon = sentBy.lastIndexOf(':');
    boolean hasPort = colon > 0 && sentBy.indexOf(']') < colon;
    String host = (hasPort ? sentBy.substring(0, colon) : sentBy).toLowerCase(Locale.ROOT);
    int usual = listener.transport().defaultPort();
    return new Name(
        host, hasPort ? Integer.parseInt(sentBy.substring(colon + 1)) : usual, listener);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** True when the URI's host and port are ours. */
  boolean is(byte[] bytes, SipUri uri) {
    return uri.isSip() && any(bytes, uri.hostFrom(), uri.hostTo(), Transports.port(uri));
  }

  /** True when a Via's sent-by is ours. */
  boolean is(byte[] bytes, Via via) {
    for (Name name : names) {
      int port = via.port() > 0 ? via.port() : name.listener.transport().defaultPort();
      if (name.is(bytes, via.hostFrom(), via.hostTo(), port)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The listener that a Route URI of ours names. Where several share host and port its transport
   * decides; one that is lost or changed on the way does no harm where only one has them.
   */
  @Nullable Listener listener(byte[] bytes, SipUri uri) {
    Transport transport = Transports.of(uri);
    int port = Transports.port(uri);
    Listener other = null;
    for (Name name : names) {
      if (name.is(bytes, uri.hostFrom(), uri.hostTo(), port)) {
        if (name.listener.transport().equals(transport)) {
          return name.listener;
        }
        other = other == null ? name.listener : other;
      }
    }
    return other;
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

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.Via;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The names by which Via, Route, Path and request-URIs speak of us (RFC 3261 §16.3, §16.4): where
 * our listeners are, and what they advertise. Immutable.
 */
public final class OwnNames {
  private static final int SIP_PORT = 5060;
  private static final int SIPS_PORT = 5061;

  private record Name(byte[] host, int port, Listener listener, byte[] transport, boolean udp) {
    Name(String host, int port, Listener listener) {
      this(
          ascii(host.toLowerCase(Locale.ROOT)),
          port,
          listener,
          ascii(listener.transport().name()),
          listener.transport().name().equals("udp"));
    }

    boolean is(byte[] bytes, int from, int to, int wantedPort) {
      return port == wantedPort && Ascii.equalsLower(bytes, from, to, host);
    }
  }

  private final Name[] names;

  /** The names of these listeners. */
  public OwnNames(List<Listener> listeners) {
    List<Name> all = new ArrayList<>();
    for (Listener listener : listeners) {
      all.add(advertised(listener));
      boolean v6 = listener.bound().getAddress().getAddress().length == 16;
      String address = Responses.textOf(listener.bound().getAddress());
      all.add(new Name(v6 ? "[" + address + "]" : address, listener.bound().getPort(), listener));
    }
    names = all.toArray(new Name[0]);
  }

  private static Name advertised(Listener listener) {
    String sentBy = listener.sentBy();
    int colon = sentBy.lastIndexOf(':');
    boolean hasPort = colon > 0 && sentBy.indexOf(']') < colon;
    return new Name(
        hasPort ? sentBy.substring(0, colon) : sentBy,
        hasPort ? Integer.parseInt(sentBy.substring(colon + 1)) : SIP_PORT,
        listener);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** True when the URI's host and port are ours. */
  public boolean is(SipUri uri) {
    return uri.isSip() && any(uri.bytes(), uri.hostFrom(), uri.hostTo(), port(uri));
  }

  /** True when a Via's sent-by is ours. */
  public boolean is(byte[] bytes, Via via) {
    return any(bytes, via.hostFrom(), via.hostTo(), via.port() < 0 ? SIP_PORT : via.port());
  }

  /** The listener that a Route URI of ours names, its transport included where two share a port. */
  public @Nullable Listener listener(SipUri uri) {
    boolean explicit = uri.hasParam(SipUri.TRANSPORT);
    int port = port(uri);
    for (Name name : names) {
      if (name.is(uri.bytes(), uri.hostFrom(), uri.hostTo(), port)
          && (explicit
              ? Ascii.equalsLower(uri.bytes(), uri.paramFrom(), uri.paramTo(), name.transport)
              : name.udp)) {
        return name.listener;
      }
    }
    return null;
  }

  // RFC 3261 §19.1.2.
  private static int port(SipUri uri) {
    int usual = uri.scheme() == SipUri.Scheme.SIPS ? SIPS_PORT : SIP_PORT;
    return uri.port() < 0 ? usual : uri.port();
  }

  private boolean any(byte[] bytes, int from, int to, int port) {
    for (Name name : names) {
      if (name.is(bytes, from, to, port)) {
        return true;
      }
    }
    return false;
  }
}

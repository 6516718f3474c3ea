// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.net.IpLiteralParser;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.Via;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The names by which Via, Route, Path and request-URIs speak of us (RFC 3261 §16.3, §16.4): where
 * our listeners are, and what they advertise. Immutable.
 */
public final class OwnHostNames {
  private record Name(byte[] host, @Nullable InetAddress ipv6, int port, Listener listener) {
    static Name of(String host, int port, Listener listener) {
      byte[] lower = host.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
      boolean literal = host.startsWith("[");
      InetAddress ipv6 = literal ? IpLiteralParser.address(lower, 0, lower.length) : null;
      return new Name(lower, ipv6, port, listener);
    }

    boolean is(byte[] bytes, int from, int to, int wantedPort) {
      return port == wantedPort
          && (Ascii.equalsLower(bytes, from, to, host) || isIpv6(bytes, from, to));
    }

    // One IPv6 address has many spellings (RFC 5954 §4.2). Read only where it is not spelt as ours.
    private boolean isIpv6(byte[] bytes, int from, int to) {
      return ipv6 != null
          && from < to
          && bytes[from] == '['
          && ipv6.equals(IpLiteralParser.address(bytes, from, to));
    }
  }

  private final Name[] names;

  /** The names of these listeners. */
  public OwnHostNames(List<Listener> listeners) {
    List<Name> all = new ArrayList<>();
    for (Listener listener : listeners) {
      all.add(advertised(listener));
      boolean v6 = listener.bound().getAddress().getAddress().length == 16;
      String address = Responses.textOf(listener.bound().getAddress());
      all.add(Name.of(v6 ? "[" + address + "]" : address, listener.bound().getPort(), listener));
    }
    names = all.toArray(new Name[0]);
  }

  private static Name advertised(Listener listener) {
    String sentBy = listener.sentBy();
    int colon = sentBy.lastIndexOf(':');
    boolean hasPort = colon > 0 && sentBy.indexOf(']') < colon;
    return Name.of(
        hasPort ? sentBy.substring(0, colon) : sentBy,
        hasPort
            ? Integer.parseInt(sentBy.substring(colon + 1))
            : listener.transport().defaultPort(),
        listener);
  }

  /** True when the URI's host and port are ours. */
  public boolean is(SipUri uri) {
    if (!uri.isSip()) {
      return false;
    }
    int port = Transports.port(uri);
    for (Name name : names) {
      if (name.is(uri.bytes(), uri.hostFrom(), uri.hostTo(), port)) {
        return true;
      }
    }
    return false;
  }

  /** True when a Via's sent-by is ours. */
  public boolean is(byte[] bytes, Via via) {
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
  public @Nullable Listener listener(SipUri uri) {
    Transport transport = Transports.of(uri);
    int port = Transports.port(uri);
    Listener other = null;
    for (Name name : names) {
      if (name.is(uri.bytes(), uri.hostFrom(), uri.hostTo(), port)) {
        if (name.listener.transport().equals(transport)) {
          return name.listener;
        }
        other = other == null ? name.listener : other;
      }
    }
    return other;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import io.fairlead.dns.Located.Failed;
import io.fairlead.dns.Located.Found;
import io.fairlead.dns.Located.Pending;
import io.fairlead.loop.Loop;
import io.fairlead.net.Literals;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.SipUri;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Turns the URI of a next hop, a Route or the request-URI, into the place to send to (RFC 3263 §4).
 * This version knows addresses, and host names that have addresses; the transport is the URI's
 * parameter or UDP, TLS for sips, the port the URI's or the usual one. {@code maddr} is ignored: it
 * would let a sender choose where we send.
 *
 * <p>NAPTR and SRV belong between {@link #locate} and {@link Hosts}: they choose transport, port
 * and the name to look up.
 *
 * <p>Shared: see docs/ownership.md. All loops write the table of recent answers without a lock: its
 * entries are immutable, and one that is lost or seen late is only made again.
 */
public final class Locator implements AutoCloseable {
  private static final int RECENT = 1024;
  private static final int LONGEST_NAME = 253;
  private static final List<String> TRANSPORTS = List.of("udp", "tcp", "tls", "ws", "wss");
  private static final int[] PORTS = {5060, 5060, 5061, 80, 443};
  private static final byte[][] NAMES =
      TRANSPORTS.stream()
          .map(name -> name.getBytes(StandardCharsets.US_ASCII))
          .toArray(byte[][]::new);
  private static final int UDP = 0;
  private static final int TLS = 2;
  private static final int WS = 3;
  private static final int WSS = 4;
  private static final int UNKNOWN = -1;
  private static final Failed NOT_SIP = new Failed("the URI is neither sip nor sips");
  private static final Failed NO_HOST = new Failed("the host is neither an address nor a name");

  private final @Nullable Recent[] recent = new @Nullable Recent[RECENT];
  private final Hosts hosts;

  /** A locator over a resolver. */
  public Locator(DnsSettings settings, Resolver resolver) {
    hosts = new Hosts(settings, resolver);
  }

  /**
   * What is known now: Found, Failed, or Pending when a name must be looked up, which this does not
   * begin.
   */
  public Located known(SipUri uri, Loop loop) {
    if (!uri.isSip()) {
      return NOT_SIP;
    }
    int transport = transport(uri);
    if (transport == UNKNOWN) {
      return unknownTransport(uri);
    }
    int slot = slot(uri, transport);
    Recent entry = recent[slot];
    return entry != null && entry.isFor(uri, transport, loop.nowNs())
        ? entry.located
        : find(uri, transport, loop, slot);
  }

  // The index of the transport that the URI names.
  private static int transport(SipUri uri) {
    boolean sips = uri.scheme() == SipUri.Scheme.SIPS;
    if (!uri.hasParam(SipUri.TRANSPORT)) {
      return sips ? TLS : UDP;
    }
    for (int i = 0; i < NAMES.length; i++) {
      if (Ascii.equalsLower(uri.bytes(), uri.paramFrom(), uri.paramTo(), NAMES[i])) {
        return !sips ? i : i < WS ? TLS : WSS;
      }
    }
    return UNKNOWN;
  }

  /**
   * Finds the place and tells the listener: before this returns when it is known, else later on the
   * loop, and never later than the timeout. The URI is not looked at again after this returns.
   */
  public void locate(SipUri uri, Loop loop, LocateListener listener) {
    Located known = known(uri, loop);
    if (!(known instanceof Pending)) {
      listener.onLocated(known);
      return;
    }
    int named = transport(uri);
    String transport = TRANSPORTS.get(named);
    int port = port(uri, named);
    hosts.lookup(name(uri), loop, answer -> listener.onLocated(located(answer, transport, port)));
  }

  /** Ends the threads of look-ups under way. */
  @Override
  public void close() {
    hosts.close();
  }

  private static Failed unknownTransport(SipUri uri) {
    String transport = Ascii.text(uri.bytes(), uri.paramFrom(), uri.paramTo());
    return new Failed("transport " + transport + " is not available in this version");
  }

  private Located find(SipUri uri, int named, Loop loop, int slot) {
    InetAddress literal = Literals.address(uri.bytes(), uri.hostFrom(), uri.hostTo());
    String transport = TRANSPORTS.get(named);
    if (literal != null) {
      Found found = found(literal, transport, port(uri, named));
      recent[slot] = new Recent(uri, named, found, Recent.FOREVER);
      return found;
    }
    if (!mayBeName(uri)) {
      return NO_HOST;
    }
    Hosts.Cached cached = hosts.cached(name(uri), loop.nowNs());
    if (cached == null) {
      return Pending.PENDING;
    }
    Located located = located(cached.answer(), transport, port(uri, named));
    recent[slot] = new Recent(uri, named, located, cached.expiresNs());
    return located;
  }

  private static Located located(Hosts.Answer answer, String transport, int port) {
    return answer.addresses().isEmpty()
        ? new Failed(answer.why())
        : found(answer.addresses().getFirst(), transport, port);
  }

  private static Found found(InetAddress address, String transport, int port) {
    return new Found(new Target(transport, new InetSocketAddress(address, port)));
  }

  private static int port(SipUri uri, int transport) {
    return uri.port() < 0 ? PORTS[transport] : uri.port();
  }

  private static String name(SipUri uri) {
    int to = uri.hostTo();
    if (uri.bytes()[to - 1] == '.') {
      to--;
    }
    return Ascii.text(uri.bytes(), uri.hostFrom(), to).toLowerCase(Locale.ROOT);
  }

  // The system would take 127.1 or 0x7f000001 for an address; no name ends in such a label.
  private static boolean mayBeName(SipUri uri) {
    byte[] bytes = uri.bytes();
    int from = uri.hostFrom();
    int to = uri.hostTo();
    if (to - from > LONGEST_NAME || to == from || bytes[from] == '[') {
      return false;
    }
    if (bytes[to - 1] == '.') {
      to--;
    }
    int label = to;
    while (label > from && bytes[label - 1] != '.') {
      label--;
    }
    boolean hexadecimal = to - label > 1 && bytes[label] == '0' && (bytes[label + 1] | 0x20) == 'x';
    boolean number = Ascii.number(bytes, label, to, Long.MAX_VALUE / 16) >= 0;
    return to > label && !hexadecimal && !number;
  }

  private static int slot(SipUri uri, int transport) {
    byte[] bytes = uri.bytes();
    int hash = transport;
    for (int i = uri.hostFrom(); i < uri.paramsFrom(); i++) {
      hash = 31 * hash + bytes[i];
    }
    return (hash ^ hash >>> 16) & (RECENT - 1);
  }

  /** An answer given before, under host and port as they stood in the URI. */
  private static final class Recent {
    static final long FOREVER = Long.MAX_VALUE;

    private final byte[] hostPort;
    private final int transport;
    private final long expiresNs;
    private final Located located;

    Recent(SipUri uri, int transport, Located located, long expiresNs) {
      this.hostPort = Arrays.copyOfRange(uri.bytes(), uri.hostFrom(), uri.paramsFrom());
      this.transport = transport;
      this.located = located;
      this.expiresNs = expiresNs;
    }

    boolean isFor(SipUri uri, int wanted, long nowNs) {
      return transport == wanted
          && Arrays.equals(
              uri.bytes(), uri.hostFrom(), uri.paramsFrom(), hostPort, 0, hostPort.length)
          && (expiresNs == FOREVER || nowNs - expiresNs < 0);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.config.Plugin;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.SipUri;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The list of transports: one line adds one. Immutable. */
public final class Transports {
  /** RFC 3261 §18. */
  public static final Transport UDP = new Transport("udp", "UDP", 5060, false, false);

  /** RFC 3261 §18. */
  public static final Transport TCP = new Transport("tcp", "TCP", 5060, true, false);

  /** RFC 3261 §26.3. */
  public static final Transport TLS = new Transport("tls", "TLS", 5061, true, true);

  /** RFC 7118. */
  public static final Transport WS = new Transport("ws", "WS", 80, true, false);

  /** RFC 7118. */
  public static final Transport WSS = new Transport("wss", "WSS", 443, true, true);

  private static final int SIP_PORT = 5060;
  private static final List<Transport> KNOWN = List.of(UDP, TCP, TLS, WS, WSS);
  private static final byte[][] KNOWN_NAMES =
      KNOWN.stream()
          .map(each -> each.name().getBytes(StandardCharsets.US_ASCII))
          .toArray(byte[][]::new);

  static final List<TransportPlugin> ALL =
      List.of(
          UdpTransport.OUTLET,
          StreamTransport.TCP,
          StreamTransport.TLS,
          StreamTransport.WS,
          StreamTransport.WSS);

  private Transports() {}

  /**
   * Name, one sentence and settings of each, for {@code fairlead list transports} and the reference
   * page.
   */
  public static List<Plugin<?, ?, ?>> kinds() {
    return ALL.stream().<Plugin<?, ?, ?>>map(TransportPlugin::kind).toList();
  }

  /** What is known of the transport of that name. */
  public static Transport byName(String name) {
    for (Transport known : KNOWN) {
      if (known.name().equals(name)) {
        return known;
      }
    }
    return outlet(name).transport();
  }

  /**
   * The transport that a URI names, without asking the DNS (RFC 3263 §4.1): UDP when none is
   * written, TLS for sips, where {@code transport=ws} means what is below it (RFC 7118 §5).
   *
   * @return null for one that is not known
   */
  public static @Nullable Transport of(SipUri uri) {
    boolean sips = uri.scheme() == SipUri.Scheme.SIPS;
    if (!uri.hasParam(SipUri.TRANSPORT)) {
      return sips ? TLS : UDP;
    }
    for (int i = 0; i < KNOWN_NAMES.length; i++) {
      if (Ascii.equalsLower(uri.bytes(), uri.paramFrom(), uri.paramTo(), KNOWN_NAMES[i])) {
        Transport named = KNOWN.get(i);
        return sips ? secured(named) : named;
      }
    }
    return null;
  }

  private static Transport secured(Transport named) {
    return named.equals(WS) || named.equals(WSS) ? WSS : TLS;
  }

  /** The port that a URI means: the one written, else the usual one of its transport. */
  public static int port(SipUri uri) {
    if (uri.port() >= 0) {
      return uri.port();
    }
    Transport transport = of(uri);
    return transport == null ? SIP_PORT : transport.defaultPort();
  }

  static TransportPlugin outlet(String name) {
    for (TransportPlugin outlet : ALL) {
      if (outlet.transport().name().equals(name)) {
        return outlet;
      }
    }
    String known = ALL.stream().map(o -> o.transport().name()).collect(Collectors.joining(", "));
    throw new IllegalArgumentException("expected one of the transports " + known + ", not " + name);
  }
}

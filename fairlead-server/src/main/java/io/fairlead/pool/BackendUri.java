// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.sip.SipUri;
import io.fairlead.transport.Transport;
import io.fairlead.transport.Transports;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a backend is: a SIP URI without user (RFC 3261 §19.1). Immutable.
 *
 * @param text as written
 * @param host a name, an IPv4 address, or an IPv6 address in brackets
 * @param port the usual one of the transport when none is written
 * @param transport {@code udp}, {@code tcp}, {@code tls}, {@code ws} or {@code wss}; sips means TLS
 */
public record BackendUri(String text, String host, int port, String transport) {
  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none that can be a backend
   */
  public static BackendUri parse(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    SipUri uri = new SipUri();
    if (!uri.parse(bytes, 0, bytes.length) || !uri.isSip()) {
      throw new IllegalArgumentException("`" + text + "` is not " + expected());
    }
    if (uri.hasUser()) {
      throw new IllegalArgumentException("a backend's URI has no user part");
    }
    Transport transport = Transports.of(uri);
    if (transport == null) {
      throw new IllegalArgumentException(
          "transport="
              + uri.param(SipUri.TRANSPORT)
              + " is not available for backends; udp, tcp, tls, ws and wss are");
    }
    return new BackendUri(text, uri.host(), Transports.port(uri), transport.name());
  }

  /**
   * True when the DNS says the transport: for a name without port and transport (RFC 3263 §4.1).
   */
  public boolean transportByDns() {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    SipUri uri = new SipUri();
    return address() == null
        && uri.parse(bytes, 0, bytes.length)
        && uri.port() < 0
        && !uri.hasParam(SipUri.TRANSPORT);
  }

  /** What is accepted, for messages. */
  public static String expected() {
    return "a SIP URI such as `sip:10.0.0.11:5060;transport=tcp`";
  }

  /** Its address, or null when the host is a name. */
  public @Nullable InetAddress address() {
    InetSocketAddress literal = LiteralAddresses.literal(this);
    return literal == null ? null : literal.getAddress();
  }

  /** The name a certificate must prove, in lower case; null when the host is an address. */
  public @Nullable String domain() {
    return address() == null ? host.toLowerCase(Locale.ROOT) : null;
  }

  /** {@code 10.0.0.11:5060}. */
  public String hostPort() {
    return host + ":" + port;
  }

  @Override
  public String toString() {
    return text;
  }
}

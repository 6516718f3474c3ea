// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.sip.SipUri;
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
 * @param port 5060 when none is written, for TLS 5061
 * @param transport {@code udp}, {@code tcp} or {@code tls}
 */
public record BackendUri(String text, String host, int port, String transport) {
  private static final int DEFAULT_PORT = 5060;
  private static final int SECURE_PORT = 5061;

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
    String transport = uri.param(SipUri.TRANSPORT).toLowerCase(Locale.ROOT);
    boolean sips = uri.scheme() == SipUri.Scheme.SIPS;
    // RFC 3261 §26.2.2: sips over tcp is TLS.
    transport = transport.isEmpty() ? sips ? "tls" : "udp" : transport;
    transport = sips && transport.equals("tcp") ? "tls" : transport;
    if (sips && !transport.equals("tls")) {
      throw new IllegalArgumentException("sips means TLS, not transport=" + transport);
    }
    if (!transport.equals("udp") && !transport.equals("tcp") && !transport.equals("tls")) {
      throw new IllegalArgumentException(
          "transport=" + transport + " is not available for backends; udp, tcp and tls are");
    }
    int usual = transport.equals("tls") ? SECURE_PORT : DEFAULT_PORT;
    int port = uri.port() < 0 ? usual : uri.port();
    return new BackendUri(text, uri.host(), port, transport);
  }

  /** What is accepted, for messages. */
  public static String expected() {
    return "a SIP URI such as `sip:10.0.0.11:5060;transport=tcp`";
  }

  /** Its address, or null when the host is a name. */
  public @Nullable InetAddress address() {
    InetSocketAddress literal = Addresses.literal(this);
    return literal == null ? null : literal.getAddress();
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

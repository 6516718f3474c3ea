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
 * @param port 5060 when none is written
 * @param transport {@code udp} or {@code tcp}
 */
public record BackendUri(String text, String host, int port, String transport) {
  private static final int DEFAULT_PORT = 5060;

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
    if (uri.scheme() == SipUri.Scheme.SIPS) {
      throw new IllegalArgumentException("sips is not available yet for backends; use sip");
    }
    if (uri.hasUser()) {
      throw new IllegalArgumentException("a backend's URI has no user part");
    }
    String transport = uri.param(SipUri.TRANSPORT).toLowerCase(Locale.ROOT);
    transport = transport.isEmpty() ? "udp" : transport;
    if (!transport.equals("udp") && !transport.equals("tcp")) {
      throw new IllegalArgumentException(
          "transport=" + transport + " is not available for backends; udp and tcp are");
    }
    int port = uri.port() < 0 ? DEFAULT_PORT : uri.port();
    return new BackendUri(text, uri.host(), port, transport);
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

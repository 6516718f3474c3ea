// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.imports;

import io.fairlead.pool.BackendUri;
import io.fairlead.sip.SipUri;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Where a backend is, out of a URI as others write it. Immutable.
 *
 * @param uri as a backend's URI is written here
 * @param transport {@code udp}
 * @param ipv6 it is an IPv6 address
 */
record BackendAddress(String uri, String transport, boolean ipv6) {
  /**
   * Reads a URI.
   *
   * @param notes what of it has no equal
   * @throws IllegalArgumentException when it is none that can be a backend
   */
  static BackendAddress of(String text, ImportNotes notes) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    SipUri uri = new SipUri();
    if (!uri.parse(bytes, 0, bytes.length) || !uri.isSip()) {
      throw new IllegalArgumentException(
          "expected a SIP URI such as sip:10.0.0.11:5060, not `" + withoutUser(text) + "`");
    }
    if (uri.hasUser()) {
      notes.dropped("the user part of its URI");
    }
    StringBuilder out = new StringBuilder();
    out.append(uri.scheme() == SipUri.Scheme.SIPS ? "sips:" : "sip:").append(uri.host());
    if (uri.port() >= 0) {
      out.append(':').append(uri.port());
    }
    for (String param : params(bytes, uri)) {
      if (param.toLowerCase(Locale.ROOT).startsWith("transport=")) {
        out.append(';').append(param.toLowerCase(Locale.ROOT));
      } else if (!param.isBlank()) {
        notes.dropped("the parameter " + param + " of its URI");
      }
    }
    BackendUri made = BackendUri.parse(out.toString());
    return new BackendAddress(made.text(), made.transport(), made.host().startsWith("["));
  }

  // It may hold a password.
  private static String withoutUser(String text) {
    int at = text.lastIndexOf('@');
    int scheme = text.indexOf(':');
    return at < 0 || scheme > at ? text : text.substring(0, scheme + 1) + text.substring(at + 1);
  }

  private static String[] params(byte[] bytes, SipUri uri) {
    int from = Math.min(uri.paramsFrom(), bytes.length);
    return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8).split("[;?&]");
  }
}

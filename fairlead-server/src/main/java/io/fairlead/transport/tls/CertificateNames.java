// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * For which SIP domains a certificate speaks (RFC 5922 §7.1): its alternative names that are SIP
 * URIs without user, or host names. The common name counts for nothing.
 */
public final class CertificateNames {
  private static final int DNS = 2;
  private static final int URI = 6;
  private static final int ADDRESS = 7;
  private static final String SIP = "sip:";

  private CertificateNames() {}

  /** All of them, lower case, as written; addresses too. */
  public static List<String> names(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    Collection<List<?>> all;
    try {
      all = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException e) {
      return names;
    }
    if (all == null) {
      return names;
    }
    for (List<?> each : all) {
      int kind = (Integer) each.get(0);
      String text = String.valueOf(each.get(1)).toLowerCase(Locale.ROOT);
      String name =
          switch (kind) {
            case DNS, ADDRESS -> text;
            case URI -> domain(text);
            default -> null;
          };
      if (name != null && !names.contains(name)) {
        names.add(name);
      }
    }
    return names;
  }

  /**
   * Whether the certificate speaks for a domain, or an address.
   *
   * @param domain lower case
   * @param wildcards whether {@code *.example.com} stands for one name below example.com
   */
  static boolean speaksFor(X509Certificate certificate, String domain, boolean wildcards) {
    return speakFor(names(certificate), domain, wildcards);
  }

  /** The same of the names there are. */
  public static boolean speakFor(List<String> names, String domain, boolean wildcards) {
    if (names.contains(domain)) {
      return true;
    }
    InetAddress address = literal(domain);
    if (address != null) {
      return names.stream().anyMatch(name -> address.equals(literal(name)));
    }
    int dot = domain.indexOf('.');
    return wildcards && dot > 0 && names.contains("*" + domain.substring(dot));
  }

  // sip:example.com, but neither sips: nor with a user (RFC 5922 §7.1).
  private static @Nullable String domain(String uri) {
    if (!uri.startsWith(SIP) || uri.indexOf('@') >= 0) {
      return null;
    }
    String rest = uri.substring(SIP.length());
    int end = 0;
    while (end < rest.length() && ";:?".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    return end == 0 ? null : rest.substring(0, end);
  }

  private static @Nullable InetAddress literal(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity.certificate;

import io.fairlead.net.Cidr;
import io.fairlead.net.CidrSet;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where certificates may be fetched: callers write the URL, so it may lead to no place of their
 * choice inside our network.
 */
final class CertificateUrl {
  private static final int HTTPS = 443;
  private static final int OTHER_HTTPS = 8443;
  private static final int LONGEST = 1024;
  private static final CidrSet NOT_PUBLIC =
      CidrSet.of(
          List.of(
                  "0.0.0.0/8",
                  "10.0.0.0/8",
                  "100.64.0.0/10",
                  "127.0.0.0/8",
                  "169.254.0.0/16",
                  "172.16.0.0/12",
                  "192.0.0.0/24",
                  "192.0.2.0/24",
                  "192.168.0.0/16",
                  "198.18.0.0/15",
                  "198.51.100.0/24",
                  "203.0.113.0/24",
                  "224.0.0.0/3")
              .stream()
              .map(Cidr::parse)
              .toList());
  // Global unicast is 2000::/3; of that these lead back to IPv4 or to nobody.
  private static final CidrSet GLOBAL_UNICAST = CidrSet.of(List.of(Cidr.parse("2000::/3")));
  private static final CidrSet NOT_GLOBAL =
      CidrSet.of(
          List.of("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20").stream()
              .map(Cidr::parse)
              .toList());

  private CertificateUrl() {}

  /**
   * Reads a URL.
   *
   * @param hosts from where; empty for any host, at the ports of HTTPS
   * @return null when nothing is fetched from there
   */
  static @Nullable URI read(String url, List<String> hosts) {
    if (url.length() > LONGEST) {
      return null;
    }
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      return null;
    }
    boolean plain =
        "https".equalsIgnoreCase(uri.getScheme())
            && uri.getHost() != null
            && uri.getRawUserInfo() == null
            && uri.getRawFragment() == null
            && url.chars().allMatch(c -> c > ' ' && c < 127);
    return plain && isAllowed(uri, hosts) ? uri : null;
  }

  private static boolean isAllowed(URI uri, List<String> hosts) {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    int port = port(uri);
    if (hosts.stream().anyMatch(each -> each.equalsIgnoreCase(host + ":" + port))) {
      return true;
    }
    boolean usual = port == HTTPS || port == OTHER_HTTPS;
    return usual && (hosts.isEmpty() || hosts.stream().anyMatch(host::equalsIgnoreCase));
  }

  /** The port it names, or that of HTTPS. */
  static int port(URI uri) {
    return uri.getPort() < 0 ? HTTPS : uri.getPort();
  }

  /** True for an address of the public Internet. */
  static boolean isPublic(InetAddress address) {
    return address.getAddress().length == 4
        ? !NOT_PUBLIC.contains(address)
        : GLOBAL_UNICAST.contains(address) && !NOT_GLOBAL.contains(address);
  }
}

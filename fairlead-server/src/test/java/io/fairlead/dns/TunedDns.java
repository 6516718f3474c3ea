// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import java.net.InetSocketAddress;
import java.util.List;

/** The usual settings with something changed. Immutable. */
final class TunedDns {
  private TunedDns() {}

  /** That server on loopback, by its port. */
  static DnsSettings server(InetSocketAddress server) {
    DnsSettings d = DnsSettings.USUAL;
    NameServer local = NameServer.parse("127.0.0.1:" + server.getPort());
    return of(List.of(local), d.prefer(), d.cacheSize(), d.maxLookups());
  }

  /** Another family first. */
  static DnsSettings preferring(AddressFamily family) {
    DnsSettings d = DnsSettings.USUAL;
    return of(d.servers(), family, d.cacheSize(), d.maxLookups());
  }

  /** Other bounds. */
  static DnsSettings bounded(int lookups, int size) {
    DnsSettings d = DnsSettings.USUAL;
    return of(d.servers(), d.prefer(), size, lookups);
  }

  private static DnsSettings of(
      List<NameServer> servers, AddressFamily family, int size, int lookups) {
    DnsSettings d = DnsSettings.USUAL;
    return new DnsSettings(
        servers,
        d.tryTimeout(),
        d.tries(),
        d.timeout(),
        d.minTtl(),
        d.maxTtl(),
        d.negativeTtl(),
        d.failureTtl(),
        d.stale(),
        d.staleWait(),
        d.staleTtl(),
        family,
        size,
        lookups);
  }
}

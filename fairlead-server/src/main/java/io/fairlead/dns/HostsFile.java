// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What /etc/hosts says. A name that stands there is not asked of the DNS. Immutable.
 *
 * @param addresses by name, lower case
 */
record HostsFile(Map<String, List<InetAddress>> addresses) {
  /** Reads its lines; what it does not understand it passes over. */
  static HostsFile of(List<String> lines) {
    Map<String, List<InetAddress>> addresses = new HashMap<>();
    for (String line : lines) {
      String[] words = line.replaceAll("#.*", "").strip().split("\\s+");
      InetAddress address = words.length < 2 ? null : address(words[0]);
      for (int i = 1; address != null && i < words.length; i++) {
        String name = words[i].toLowerCase(Locale.ROOT);
        addresses.computeIfAbsent(name, n -> new ArrayList<>()).add(address);
      }
    }
    // RFC 6761 §6.3.
    InetAddress v4 = InetAddress.ofLiteral("127.0.0.1");
    addresses.putIfAbsent("localhost", List.of(v4, InetAddress.ofLiteral("::1")));
    return new HostsFile(addresses);
  }

  private static @Nullable InetAddress address(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** The records of a question about a name that stands here, or null. */
  @Nullable List<DnsRecord> records(DnsQuestion question) {
    String host = question.name().replaceFirst("^(_[^.]+\\.)+", "");
    List<InetAddress> all = addresses.get(host);
    if (all == null) {
      return null;
    }
    List<DnsRecord> records = new ArrayList<>();
    for (InetAddress address : all) {
      DnsRecordType type = address instanceof Inet4Address ? DnsRecordType.A : DnsRecordType.AAAA;
      if (type == question.type()) {
        records.add(new DnsRecord.Address(address));
      }
    }
    return records;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A DNS that answers as the test says, at once; what is not in its zone does not exist. */
public final class FakeDns implements DnsResolver {
  /** All that was asked, in order. */
  public final List<DnsQuestion> asked = new ArrayList<>();

  /** No server answers. */
  public boolean dead;

  /** The lifetime of every answer. */
  public Duration ttl = Duration.ofSeconds(60);

  private final Map<DnsQuestion, List<DnsRecord>> zone = new HashMap<>();
  private final Set<DnsQuestion> broken = new HashSet<>();

  /** The addresses of a host, in place of those before. */
  public FakeDns host(String name, String... addresses) {
    zone.remove(new DnsQuestion(name, DnsRecordType.A));
    zone.remove(new DnsQuestion(name, DnsRecordType.AAAA));
    for (String text : addresses) {
      InetAddress address = InetAddress.ofLiteral(text);
      DnsRecordType type = address instanceof Inet4Address ? DnsRecordType.A : DnsRecordType.AAAA;
      add(name, type, new DnsRecord.Address(address));
    }
    return this;
  }

  /** The servers of a service, each {@code priority weight port host}, in place of those before. */
  public FakeDns srv(String name, String... servers) {
    zone.remove(new DnsQuestion(name, DnsRecordType.SRV));
    for (String server : servers) {
      String[] word = server.split(" ");
      String target = word[3].equals(".") ? "" : word[3];
      add(
          name,
          DnsRecordType.SRV,
          new DnsRecord.Srv(number(word[0]), number(word[1]), number(word[2]), target));
    }
    return this;
  }

  /** The services of a domain, each {@code order preference flags service replacement}. */
  public FakeDns naptr(String name, String... services) {
    for (String service : services) {
      String[] word = service.split(" ");
      add(
          name,
          DnsRecordType.NAPTR,
          new DnsRecord.Naptr(number(word[0]), number(word[1]), word[2], word[3], word[4]));
    }
    return this;
  }

  /** Questions for these records of a name fail. */
  public FakeDns breaks(String name, DnsRecordType type) {
    broken.add(new DnsQuestion(name, type));
    return this;
  }

  private static int number(String text) {
    return Integer.parseInt(text);
  }

  private void add(String name, DnsRecordType type, DnsRecord record) {
    zone.computeIfAbsent(new DnsQuestion(name, type), q -> new ArrayList<>()).add(record);
  }

  @Override
  public DnsAnswer ask(DnsQuestion question) {
    asked.add(question);
    if (dead || broken.contains(question)) {
      return DnsAnswer.failed("no answer in time");
    }
    List<DnsRecord> records = zone.get(question);
    return records == null ? DnsAnswer.none(ttl) : DnsAnswer.found(records, ttl);
  }
}

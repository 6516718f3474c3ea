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
public final class FakeDns implements Resolver {
  /** All that was asked, in order. */
  public final List<Question> asked = new ArrayList<>();

  /** No server answers. */
  public boolean dead;

  /** The lifetime of every answer. */
  public Duration ttl = Duration.ofSeconds(60);

  private final Map<Question, List<DnsRecord>> zone = new HashMap<>();
  private final Set<Question> broken = new HashSet<>();

  /** The addresses of a host, in place of those before. */
  public FakeDns host(String name, String... addresses) {
    zone.remove(new Question(name, RecordType.A));
    zone.remove(new Question(name, RecordType.AAAA));
    for (String text : addresses) {
      InetAddress address = InetAddress.ofLiteral(text);
      RecordType type = address instanceof Inet4Address ? RecordType.A : RecordType.AAAA;
      add(name, type, new DnsRecord.Address(address));
    }
    return this;
  }

  /** The servers of a service, each {@code priority weight port host}, in place of those before. */
  public FakeDns srv(String name, String... servers) {
    zone.remove(new Question(name, RecordType.SRV));
    for (String server : servers) {
      String[] word = server.split(" ");
      String target = word[3].equals(".") ? "" : word[3];
      add(
          name,
          RecordType.SRV,
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
          RecordType.NAPTR,
          new DnsRecord.Naptr(number(word[0]), number(word[1]), word[2], word[3], word[4]));
    }
    return this;
  }

  /** Questions for these records of a name fail. */
  public FakeDns breaks(String name, RecordType type) {
    broken.add(new Question(name, type));
    return this;
  }

  private static int number(String text) {
    return Integer.parseInt(text);
  }

  private void add(String name, RecordType type, DnsRecord record) {
    zone.computeIfAbsent(new Question(name, type), q -> new ArrayList<>()).add(record);
  }

  @Override
  public Answer ask(Question question) {
    asked.add(question);
    if (dead || broken.contains(question)) {
      return Answer.failed("no answer in time");
    }
    List<DnsRecord> records = zone.get(question);
    return records == null ? Answer.none(ttl) : Answer.found(records, ttl);
  }
}

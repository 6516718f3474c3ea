// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import java.time.Duration;
import java.util.List;

/**
 * What the DNS said. Immutable.
 *
 * @param outcome what kind of answer
 * @param records those asked for; empty unless found
 * @param ttl how long it may be used; zero when nobody said
 * @param why in words, when there are no records
 */
public record DnsAnswer(Outcome outcome, List<DnsRecord> records, Duration ttl, String why) {
  /** What kind of answer. */
  public enum Outcome {
    /** There are records. */
    FOUND,
    /** The name does not exist, or has no such records. */
    NONE,
    /** No server answered, or none could. */
    FAILED
  }

  public DnsAnswer {
    records = List.copyOf(records);
  }

  /** Records were found. */
  public static DnsAnswer found(List<DnsRecord> records, Duration ttl) {
    return new DnsAnswer(Outcome.FOUND, records, ttl, "");
  }

  /** There is nothing of that kind. */
  public static DnsAnswer none(Duration ttl) {
    return new DnsAnswer(Outcome.NONE, List.of(), ttl, "there is none");
  }

  /** It could not be found out. */
  public static DnsAnswer failed(String why) {
    return new DnsAnswer(Outcome.FAILED, List.of(), Duration.ZERO, why);
  }
}

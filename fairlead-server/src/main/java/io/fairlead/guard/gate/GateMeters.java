// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import io.fairlead.guard.gate.sanity.SanityRule;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.util.HashMap;
import java.util.Map;

/** What the gate counts: by rule, each resolved once. Immutable. */
final class GateMeters {
  static final String DENY = "deny";
  static final String BAN = "ban";
  static final String FLOOD = "flood";
  static final String MALFORMED = "malformed";
  static final String SCANNER_AGENT = "scanner-agent";
  static final String SCANNER_USERS = "scanner-users";
  static final String RATE = "rate";

  final Counter denied;
  final Counter banned;
  final Counter flood;
  final Counter malformed;
  final Counter forgotten;
  final Counter muted;
  private final Map<String, Counter> dropped = new HashMap<>();
  private final Map<String, Counter> refused = new HashMap<>();

  GateMeters(Meters meters) {
    denied = drops(meters, DENY);
    banned = drops(meters, BAN);
    flood = drops(meters, FLOOD);
    malformed = drops(meters, MALFORMED);
    drops(meters, SCANNER_AGENT);
    drops(meters, SCANNER_USERS);
    drops(meters, RATE);
    refused.put(RATE, meters.counter(Meter.GUARD_REFUSED, RATE));
    for (SanityRule rule : SanityRule.values()) {
      refused.put(rule.text(), meters.counter(Meter.GUARD_REFUSED, rule.text()));
    }
    muted = meters.counter(Meter.GUARD_MUTED);
    forgotten = meters.counter(Meter.GUARD_FORGOTTEN);
  }

  private Counter drops(Meters meters, String rule) {
    Counter counter = meters.counter(Meter.GUARD_DROPPED, rule);
    dropped.put(rule, counter);
    return counter;
  }

  /** A request may not come in. */
  void count(GateRefusal refusal) {
    Counter counter = (refusal.silent() ? dropped : refused).get(refusal.rule());
    if (counter != null) {
      counter.add();
    }
  }
}

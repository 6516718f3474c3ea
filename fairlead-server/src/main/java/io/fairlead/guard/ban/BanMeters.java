// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

import io.fairlead.config.NameSpelling;
import io.fairlead.guard.Offence;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.util.EnumMap;
import java.util.Map;

/** The room's counters, resolved once. Shared: see docs/ownership.md. */
final class BanMeters {
  final Counter unproven;
  final Counter spared;
  final Counter lost;
  final Counter crowded;
  private final Map<Offence, Counter> offences = new EnumMap<>(Offence.class);
  private final Map<BanCause, Counter> bans = new EnumMap<>(BanCause.class);

  BanMeters(Meters meters) {
    unproven = meters.counter(Meter.BAN_UNPROVEN);
    spared = meters.counter(Meter.BAN_SPARED);
    lost = meters.counter(Meter.BAN_OFFENCES_LOST);
    crowded = meters.counter(Meter.BAN_CROWDED);
    for (Offence each : Offence.values()) {
      offences.put(each, meters.counter(Meter.BAN_OFFENCES, NameSpelling.dashed(each.name())));
    }
    for (BanCause each : BanCause.values()) {
      bans.put(each, meters.counter(Meter.BANS, NameSpelling.dashed(each.name())));
    }
  }

  void offence(Offence offence) {
    offences.getOrDefault(offence, lost).add();
  }

  void ban(BanCause cause) {
    bans.getOrDefault(cause, lost).add();
  }
}

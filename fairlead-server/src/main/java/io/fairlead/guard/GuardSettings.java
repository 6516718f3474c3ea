// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.guard.limit.LimitSettings;
import io.fairlead.net.Cidr;
import java.time.Duration;
import java.util.List;

/**
 * The guard as configured. Immutable.
 *
 * @param allow networks that are never limited by source, scored or banned
 * @param deny networks whose messages are dropped
 * @param limits how many calls there may be
 * @param limitSettle how often nodes tell each other of them
 * @param emergency numbers that pass every limit
 */
public record GuardSettings(
    @Setting(
            doc =
                "Networks that are trusted to speak as often as they like: never counted as a"
                    + " flood, never scored, never banned. Trunks and monitoring belong here.")
        List<Cidr> allow,
    @Setting(doc = "Networks that are not heard: what comes from there is dropped unread.")
        List<Cidr> deny,
    @Setting(
            doc =
                "Named limits: how many calls at a time, and how many in a time, by account,"
                    + " source, called number and more. All of them hold, in this order.")
        List<LimitSettings> limits,
    @Setting(
            value = "100ms",
            doc =
                "How often nodes tell each other what limits with `scope: cluster` count; a node"
                    + " that has used its part of what is free tells at once.")
        Duration limitSettle,
    @Setting(
            doc =
                "Numbers that call for help, such as 112. A request to one of them, or to"
                    + " urn:service:sos, passes every limit and rate.")
        List<String> emergency) {
  /** Copies the lists. */
  public GuardSettings {
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
    limits = List.copyOf(limits);
    emergency = List.copyOf(emergency);
    if (limitSettle.toMillis() < 10 || limitSettle.toSeconds() > 1) {
      throw new SettingException("limit-settle", "expected 10ms to 1s");
    }
    for (String number : emergency) {
      if (!number.matches("[0-9]{2,15}")) {
        throw new SettingException("emergency", "`" + number + "` must be digits, such as 112");
      }
    }
  }
}

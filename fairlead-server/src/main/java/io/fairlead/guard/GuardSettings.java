// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import io.fairlead.guard.ban.BanSettings;
import io.fairlead.guard.gate.FloodSettings;
import io.fairlead.guard.gate.GateLimits;
import io.fairlead.guard.gate.GateSettings;
import io.fairlead.guard.gate.MalformedSettings;
import io.fairlead.guard.gate.MethodRateSettings;
import io.fairlead.guard.gate.ScannerSettings;
import io.fairlead.guard.gate.sanity.SanitySettings;
import io.fairlead.guard.hiding.HidingSettings;
import io.fairlead.guard.identity.StirShakenSettings;
import io.fairlead.guard.limit.LimitSettings;
import io.fairlead.guard.overload.OverloadSettings;
import io.fairlead.guard.trust.TrustSettings;
import io.fairlead.net.Cidr;
import io.fairlead.sip.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The guard as configured. Immutable.
 *
 * @param allow networks that are never limited by source, scored or banned
 * @param deny networks whose messages are dropped
 * @param flood the budget of each source; null for none
 * @param malformed how many broken messages a source may send; null for any number
 * @param scanners what a scanner is known by
 * @param rates of methods, for the whole node
 * @param sanity what requests must keep to beyond the grammar
 * @param emergency numbers of calls for help
 * @param gate how much the gate itself may take
 * @param bans who is banned; null for nobody
 * @param limits how many calls there may be
 * @param limitSettle how often nodes tell each other of them
 * @param topologyHiding from whom the inside is hidden; null for nobody
 * @param trust what is believed of each side
 * @param stirShaken who calls, proven
 * @param overload what happens when there are too many calls
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
            value = "off",
            off = true,
            doc =
                "The budget of each source, such as `30/2s`. Off as shipped: how much a trunk may"
                    + " send before its first call is answered only its operator knows.")
        @Nullable FloodSettings flood,
    @Setting(
            off = true,
            doc = "How many broken messages a source may send before it is not heard for a while.")
        @Nullable MalformedSettings malformed,
    @Setting(doc = "What a scanner is known by.") ScannerSettings scanners,
    @Setting(
            doc =
                "How often new requests of a method may come, for the whole node: `{ INVITE: 400/s"
                    + " }`. What belongs to a dialog, ACK, BYE, CANCEL and calls for help are never"
                    + " refused.")
        Map<String, MethodRateSettings> rates,
    @Setting(doc = "What a request that begins something must keep to beyond the grammar.")
        SanitySettings sanity,
    @Setting(
            doc =
                "Numbers of calls for help, as dialled, such as `[112, 911]`: calls to them pass"
                    + " every rate and every limit, and are not refused in an overload. The"
                    + " Request-URI says whom a call is for; To says nothing, since anybody may"
                    + " write `urn:service:sos` there.")
        List<String> emergency,
    @Setting(doc = "How much the gate itself may take, and how long it trusts.") GateLimits gate,
    @Setting(
            off = true,
            doc =
                "Sources that do wrong are banned, for a time that grows. off: nobody is, by"
                    + " points or by blocklists.")
        @Nullable BanSettings bans,
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
                "From whom the inside is hidden: the name of a side alone, or with more said of it."
                    + " What is hidden is sealed with `cluster.keys`, so every node puts it back.")
        @Nullable HidingSettings topologyHiding,
    @Setting(doc = "What is believed of each side, and what it may learn (RFC 3325, RFC 3323).")
        TrustSettings trust,
    @Setting(doc = "Verifies who calls, and signs calls that leave (STIR/SHAKEN).")
        StirShakenSettings stirShaken,
    @Setting(doc = "What happens when there are more calls than can be handled.")
        OverloadSettings overload) {
  /** Copies the lists. */
  public GuardSettings {
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
    limits = List.copyOf(limits);
    if (limitSettle.toMillis() < 10 || limitSettle.toSeconds() > 1) {
      throw new SettingException("limit-settle", "expected 10ms to 1s");
    }
    rates = Map.copyOf(rates);
    emergency = List.copyOf(emergency);
    for (Cidr network : deny) {
      for (Cidr allowed : allow) {
        if (allowed.prefix() <= network.prefix() && allowed.contains(network.address())) {
          throw new SettingException("deny", denied(network, allowed));
        }
      }
    }
    for (String method : rates.keySet()) {
      checkMethod(method);
    }
    for (String number : emergency) {
      if (!number.matches("[+*#0-9]{2,20}")) {
        throw new SettingException("emergency", "expected numbers as dialled, such as 112");
      }
    }
  }

  // What is allowed goes before what is denied: not an inch of it would be shut out.
  private static String denied(Cidr network, Cidr allowed) {
    return network.equals(allowed)
        ? network + " is in `allow` too"
        : network + " lies within " + allowed + " of `allow`, which goes before `deny`";
  }

  private static void checkMethod(String method) {
    boolean known = Arrays.stream(Method.values()).anyMatch(one -> one.name().equals(method));
    if (!known || Set.of("ACK", "BYE", "CANCEL", "PRACK", "OTHER").contains(method)) {
      throw new SettingException(
          "rates", "expected methods that begin something, such as INVITE, not `" + method + "`");
    }
  }

  /** What of it is the gate's. */
  GateSettings gateSettings() {
    Map<Method, MethodRateSettings> byMethod = new EnumMap<>(Method.class);
    rates.forEach((method, rate) -> byMethod.put(Method.valueOf(method), rate));
    return new GateSettings(
        allow, deny, flood, malformed, scanners, byMethod, sanity, emergency, gate);
  }
}

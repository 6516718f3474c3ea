// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import io.fairlead.guard.EmergencyNumbers;
import io.fairlead.guard.gate.sanity.SanityChecks;
import io.fairlead.net.CidrSet;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.Method;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the gate goes by, made of its settings once; the buckets in it are the whole node's.
 *
 * <p>Immutable.
 *
 * @param settings what it was made of
 * @param allow networks that are never counted
 * @param deny networks that are not heard
 * @param agents what names scanners
 * @param userBits how many bits of {@link TriedUsers} make a scanner; 0 for none
 * @param sanity the rules of sanity
 * @param emergency which calls pass every rate
 * @param rates by the ordinal of the method
 * @param refusals what a refused one is told, by the ordinal of the method
 */
record GateRules(
    GateSettings settings,
    CidrSet allow,
    CidrSet deny,
    ScannerAgents agents,
    int userBits,
    SanityChecks sanity,
    EmergencyNumbers emergency,
    @Nullable MethodRate[] rates,
    @Nullable GateRefusal[] refusals) {

  /** What settings mean; buckets of methods whose rate stays go on as they are. */
  static GateRules of(GateSettings settings, @Nullable GateRules before) {
    Method[] methods = Method.values();
    @Nullable MethodRate[] rates = new @Nullable MethodRate[methods.length];
    @Nullable GateRefusal[] refusals = new @Nullable GateRefusal[methods.length];
    for (Map.Entry<Method, MethodRateSettings> one : settings.rates().entrySet()) {
      int at = one.getKey().ordinal();
      rates[at] = rate(one.getKey(), one.getValue(), before);
      long seconds = one.getValue().retryAfter().toSeconds();
      refusals[at] =
          new GateRefusal(
              GateMeters.RATE,
              RefusalCause.RATE_LIMITED,
              false,
              "Retry-After: " + seconds + "\r\n");
    }
    ScannerSettings scanners = settings.scanners();
    return new GateRules(
        settings,
        CidrSet.of(settings.allow()),
        CidrSet.of(settings.deny()),
        new ScannerAgents(scanners.allAgents()),
        scanners.users() == 0 ? 0 : TriedUsers.bits(scanners.users()),
        new SanityChecks(settings.sanity()),
        new EmergencyNumbers(settings.emergency()),
        rates,
        refusals);
  }

  private static MethodRate rate(
      Method method, MethodRateSettings settings, @Nullable GateRules before) {
    MethodRate known = before == null ? null : before.rates[method.ordinal()];
    boolean same = before != null && settings.equals(before.settings.rates().get(method));
    return same && known != null ? known : new MethodRate(settings);
  }

  boolean isDenied(long upper, long lower) {
    return !deny.isEmpty() && deny.contains(upper, lower) && !allow.contains(upper, lower);
  }
}

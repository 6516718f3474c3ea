// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import io.fairlead.guard.gate.sanity.SanitySettings;
import io.fairlead.net.Cidr;
import io.fairlead.sip.Method;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What of the {@code guard:} block is the gate's. Immutable.
 *
 * @param allow networks that are never counted
 * @param deny networks that are not heard
 * @param flood the budget of each source; null for none
 * @param malformed how many broken messages a source may send; null for any number
 * @param scanners what a scanner is known by
 * @param rates of methods
 * @param sanity the rules of sanity
 * @param emergency numbers of calls for help
 * @param limits of the gate itself
 */
public record GateSettings(
    List<Cidr> allow,
    List<Cidr> deny,
    @Nullable FloodSettings flood,
    @Nullable MalformedSettings malformed,
    ScannerSettings scanners,
    Map<Method, MethodRateSettings> rates,
    SanitySettings sanity,
    List<String> emergency,
    GateLimits limits) {
  /** Copies the lists. */
  public GateSettings {
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
    rates = Map.copyOf(rates);
    emergency = List.copyOf(emergency);
  }
}

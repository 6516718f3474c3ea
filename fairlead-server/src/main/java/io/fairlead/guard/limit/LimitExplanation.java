// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import io.fairlead.guard.EmergencyNumbers;
import io.fairlead.net.Cidr;
import io.fairlead.observe.Meters;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What limits would count a request by, in words. Immutable. */
public final class LimitExplanation {
  private final List<LimitSettings> settings;
  private final List<Cidr> allow;
  private final EmergencyNumbers emergency;

  /**
   * @param allow networks that no limit counts by source
   * @param emergency calls that pass every limit
   */
  public LimitExplanation(
      List<LimitSettings> settings, List<Cidr> allow, EmergencyNumbers emergency) {
    this.settings = List.copyOf(settings);
    this.allow = List.copyOf(allow);
    this.emergency = emergency;
  }

  /**
   * A line for each limit.
   *
   * @param route the route that takes the request; null for none
   * @param pool its pool; null for none
   * @param fromBackend whether it comes from a backend of a pool
   */
  public List<String> lines(
      SipRequest r, Flow flow, @Nullable String route, @Nullable String pool, boolean fromBackend) {
    RequestKeys keys = new RequestKeys();
    keys.of(r);
    if (emergency.isEmergency(r)) {
      return List.of("it calls for help: passes all of them");
    }
    List<String> lines = new ArrayList<>();
    Meters none = new Meters();
    for (LimitSettings each : settings) {
      Limit limit = new Limit(each, new LimitTable(), allow, none);
      lines.add(
          each.name() + ": " + verdict(limit, keys, r, new Way(flow, route, pool, fromBackend)));
    }
    return lines;
  }

  private record Way(
      Flow flow, @Nullable String route, @Nullable String pool, boolean fromBackend) {}

  private static String verdict(Limit limit, RequestKeys keys, SipRequest r, Way way) {
    if (way.fromBackend() && !limit.settings().fromBackends()) {
      return "does not look at it: it comes from a backend, and `from-backends` is off";
    }
    if (!limit.looksAt(r, way.flow(), way.route(), way.fromBackend())) {
      return "does not look at it: `methods` or `match` says no";
    }
    String backend = limit.settings().byGateway() ? "(each backend)" : null;
    KeyBuffer key = keys.read(limit, way.flow(), way.pool(), backend);
    if (key == null) {
      return "does not look at it: it has no "
          + limit.settings().key().stream()
              .map(String::valueOf)
              .collect(Collectors.joining(" and "))
          + (limit.prefixes().isEmpty() ? "" : ", or calls no number of `prefixes`");
    }
    return "counts it by " + key.shownText() + ", " + caps(limit.settings()) + over(limit);
  }

  private static String caps(LimitSettings of) {
    List<String> caps = new ArrayList<>();
    add(caps, "max-calls", of.maxCalls());
    add(caps, "max-cps", of.maxCps());
    add(caps, "rate", of.rate());
    add(caps, "new-destinations", of.newDestinations());
    add(caps, "max-minutes", of.maxMinutes());
    return String.join(", ", caps);
  }

  private static void add(List<String> caps, String name, @Nullable Object value) {
    if (value != null) {
      caps.add(name + " " + value);
    }
  }

  private static String over(Limit limit) {
    if (limit.alarms()) {
      return "; over it an alarm";
    }
    return limit.route() == null
        ? "; over it " + limit.status() + " " + limit.reason()
        : "; over it route " + limit.route();
  }
}

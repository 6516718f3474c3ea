// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import io.fairlead.guard.gate.sanity.SanityRule;
import io.fairlead.net.SourceKey;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the gate would do with a request, in words. Immutable. */
public final class GateExplanation {
  private static final String PASSES = "passes";

  private GateExplanation() {}

  /** The last line of a request that goes on. */
  public static String passes() {
    return PASSES;
  }

  /**
   * Explains.
   *
   * @param ours whether a backend or a node of the cluster sends it
   * @return in the order in which it is asked; the last says what becomes of the request
   */
  public static List<String> of(
      GateSettings settings, Flow flow, SipRequest request, boolean ours) {
    GateRules rules = GateRules.of(settings, null);
    List<String> lines = new ArrayList<>();
    long source = flow.source();
    if (rules.isDenied(SourceKey.upper(source), SourceKey.lower(source))) {
      return List.of("deny: not heard");
    }
    boolean allowed = rules.allow().contains(flow.remote().getAddress());
    if (allowed) {
      lines.add("allow: never counted");
    } else if (!ours) {
      budgets(settings, lines);
    }
    String refused = refused(rules, allowed || ours, flow, request);
    if (refused != null) {
      lines.add(refused);
      return lines;
    }
    MethodRateSettings rate = settings.rates().get(request.method());
    if (rate != null && RequestGate.begins(request)) {
      lines.add(
          rules.emergency().isEmergency(request)
              ? "rate: a call for help, not counted"
              : "rate "
                  + rate.rate()
                  + " of all "
                  + request.method()
                  + ": 503 when there are more");
    }
    lines.add(PASSES);
    return lines;
  }

  private static void budgets(GateSettings settings, List<String> lines) {
    FloodSettings flood = settings.flood();
    if (flood != null) {
      lines.add(
          "flood "
              + flood.perSource()
              + ": dropped when its source sent more"
              + (flood.exempt() == FloodExemption.REGISTERED
                  ? ", unless it has a registration or a call"
                  : ", with registrations so many times as much"));
    }
  }

  private static @Nullable String refused(
      GateRules rules, boolean allowed, Flow flow, SipRequest request) {
    if (!RequestGate.begins(request)) {
      return null;
    }
    int line = request.first(HeaderName.USER_AGENT);
    if (!allowed
        && line >= 0
        && rules.agents().in(request.bytes(), request.valueStart(line), request.valueEnd(line))
            >= 0) {
      return "scanner-agent: dropped, unless its source has a registration or a call";
    }
    SanityRule broken = rules.sanity().broken(request, flow.remote().getAddress());
    return broken == null
        ? null
        : "sanity " + broken.text() + ": answered " + broken.cause().status();
  }
}

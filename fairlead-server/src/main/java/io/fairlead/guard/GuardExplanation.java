// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard;

import io.fairlead.config.Durations;
import io.fairlead.guard.gate.GateExplanation;
import io.fairlead.guard.hiding.HidingSettings;
import io.fairlead.guard.identity.IdentityPolicy;
import io.fairlead.guard.identity.SigningSettings;
import io.fairlead.guard.identity.VerificationSettings;
import io.fairlead.guard.overload.OverloadSettings;
import io.fairlead.guard.trust.NetworkTrust;
import io.fairlead.net.Cidr;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What each part of the guard would do with a request, in words. Who is banned now, and how much of
 * a budget is used, only a running Fairlead knows. Immutable.
 */
public final class GuardExplanation {
  /**
   * In the order in which it is asked.
   *
   * @param lines what is said
   * @param passes whether the request goes on
   */
  public record Arrival(List<String> lines, boolean passes) {}

  private final GuardSettings settings;

  /** Of a guard with those settings. */
  public GuardExplanation(GuardSettings settings) {
    this.settings = settings;
  }

  /**
   * What is done before a route is asked.
   *
   * @param ours whether a backend or a node of the cluster sends it
   */
  public Arrival arrival(Flow flow, SipRequest request, boolean ours) {
    List<String> lines = new ArrayList<>();
    if (ours) {
      lines.add("ours: a backend or a node of the cluster, never counted and never banned");
    } else if (settings.bans() != null && !isAllowed(flow)) {
      lines.add(
          "ban: not heard while its source is banned; `fairlead bans --why "
              + flow.remote().getAddress().getHostAddress()
              + "` tells");
    }
    List<String> gate = GateExplanation.of(settings.gateSettings(), flow, request, ours);
    boolean passes = gate.getLast().equals(GateExplanation.passes());
    lines.addAll(passes ? gate.subList(0, gate.size() - 1) : gate);
    if (passes) {
      trust(flow.listener().network(), lines);
      hidingOf(flow.listener().network(), lines);
      overload(request, lines);
      lines.add(GateExplanation.passes());
    }
    return new Arrival(List.copyOf(lines), passes);
  }

  private boolean isAllowed(Flow flow) {
    return settings.allow().stream().anyMatch(each -> contains(each, flow));
  }

  private static boolean contains(Cidr network, Flow flow) {
    return network.contains(flow.remote().getAddress());
  }

  private void trust(@Nullable String network, List<String> lines) {
    NetworkTrust trust = settings.trust().networks().get(String.valueOf(network));
    if (trust == null) {
      return;
    }
    String word = trust.name().toLowerCase(Locale.ROOT);
    lines.add(
        "trust: network "
            + network
            + " is "
            + word
            + switch (trust) {
              case TRUSTED -> ": what it says of identities stays";
              case UNTRUSTED -> ": P-Asserted-Identity and Remote-Party-ID are taken off";
              case IDENTIFIED -> ": P-Asserted-Identity is made of who it says it is";
            });
  }

  private void hidingOf(@Nullable String network, List<String> lines) {
    HidingSettings hiding = settings.topologyHiding();
    if (hiding != null && hiding.network().equals(network)) {
      lines.add("hiding: the inside is hidden from network " + network + " in all it is sent");
    }
  }

  private void overload(SipRequest request, List<String> lines) {
    OverloadSettings overload = settings.overload();
    if (overload.queueDelay() == null || request.method() != Method.INVITE || request.hasToTag()) {
      return;
    }
    lines.add(
        new EmergencyNumbers(settings.emergency()).isEmergency(request)
            ? "overload: a call for help, never refused"
            : "overload: some get 503 when there has been a queue for "
                + Durations.text(overload.queueDelay()));
  }

  /**
   * What is done with a call that a route takes.
   *
   * @param route its name
   * @param pool its pool; null for none
   * @param to the network where it leaves; null when that is not known
   */
  public List<String> call(
      Flow flow, SipRequest request, String route, @Nullable String pool, @Nullable String to) {
    List<String> lines = new ArrayList<>();
    if (request.method() == Method.INVITE && !request.hasToTag()) {
      verified(flow.listener().network(), lines);
      SigningSettings sign = settings.stirShaken().sign();
      if (sign != null
          && (sign.routes().contains(route) || sign.pools().contains(String.valueOf(pool)))) {
        lines.add("stir-shaken: signed, unless it has an Identity or shows no telephone number");
      }
    }
    if (to != null && !to.equals(flow.listener().network())) {
      hidingOf(to, lines);
    }
    return List.copyOf(lines);
  }

  private void verified(@Nullable String network, List<String> lines) {
    VerificationSettings verify = settings.stirShaken().verify();
    if (verify != null
        && (verify.networks().isEmpty() || verify.networks().contains(String.valueOf(network)))) {
      boolean missing = verify.onMissing() == IdentityPolicy.REFUSE;
      boolean failed = verify.onFailed() == IdentityPolicy.REFUSE;
      lines.add(
          "stir-shaken: its Identity is verified; "
              + (missing ? "refused without one" : "goes on without one")
              + ", "
              + (failed ? "refused" : "goes on")
              + " with a bad one");
    }
  }
}

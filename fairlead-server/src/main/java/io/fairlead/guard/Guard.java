// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard;

import io.fairlead.guard.gate.BannedSources;
import io.fairlead.guard.gate.Gate;
import io.fairlead.guard.gate.GateExplanation;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import java.util.List;

/**
 * The guard of a node: one object for all loops, whose parts say for themselves what threads share.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class Guard implements AutoCloseable {
  private final GuardDependencies dependencies;
  private final Gate gate;
  private final RegistrationCount registrations;
  private volatile GuardSettings settings;

  private Guard(GuardSettings settings, GuardDependencies dependencies) {
    this.settings = settings;
    this.dependencies = dependencies;
    this.gate =
        new Gate(
            settings.gateSettings(),
            dependencies.meters(),
            BannedSources.NONE,
            (flow, offence, proven) -> offences().offence(flow, offence, proven));
    this.registrations = new RegistrationCount(gate.trusted(), dependencies);
  }

  /** Builds what the settings ask for; nothing runs yet. */
  public static Guard of(GuardSettings settings, GuardDependencies dependencies) {
    return new Guard(settings, dependencies);
  }

  /** Begins what runs by itself. Before traffic is taken. */
  public void start() {
    registrations.start(settings.gate().registeredSources());
  }

  /** Takes over other settings: what was counted stays. Any thread. */
  public void reload(GuardSettings next) {
    settings = next;
    gate.reload(next.gateSettings());
  }

  /** What is in force. */
  public GuardSettings settings() {
    return settings;
  }

  /** What is judged before a message makes any state. */
  public Gate gate() {
    return gate;
  }

  /** Who hears of offences. */
  public OffenceListener offences() {
    return OffenceListener.NONE;
  }

  /**
   * What a guard with those settings would do with a request, in words, in the order in which it is
   * asked.
   */
  public static List<String> explain(GuardSettings settings, Flow flow, SipRequest request) {
    return GateExplanation.of(settings.gateSettings(), flow, request);
  }

  /** What it is made with. */
  GuardDependencies dependencies() {
    return dependencies;
  }

  @Override
  public void close() {}
}

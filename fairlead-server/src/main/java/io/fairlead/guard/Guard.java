// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard;

import io.fairlead.guard.gate.BannedSources;
import io.fairlead.guard.gate.Gate;

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

  /** What it is made with. */
  GuardDependencies dependencies() {
    return dependencies;
  }

  @Override
  public void close() {}
}

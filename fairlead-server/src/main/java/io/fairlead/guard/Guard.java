// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard;

import io.fairlead.guard.ban.Bans;
import io.fairlead.guard.ban.ExemptSources;
import io.fairlead.guard.edge.NetworkEdge;
import io.fairlead.guard.gate.Gate;
import io.fairlead.guard.identity.StirShaken;
import io.fairlead.guard.limit.Limits;
import io.fairlead.guard.overload.Overload;
import io.fairlead.net.CidrSet;
import io.fairlead.transport.OutboundFlows;

/**
 * The guard of a node: one object for all loops, whose parts say for themselves what threads share.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class Guard implements AutoCloseable {
  private final GuardDependencies dependencies;
  private final Gate gate;
  private final RegistrationCount registrations;
  private final Bans bans;
  private final Limits limits;
  private final NetworkEdge edge;
  private final StirShaken stirShaken;
  private final Overload overload;
  private volatile GuardSettings settings;

  private Guard(GuardSettings settings, GuardDependencies dependencies) {
    this.settings = settings;
    this.dependencies = dependencies;
    // What each of the two asks the other is asked when messages come.
    bans =
        new Bans(settings.bans(), CidrSet.of(settings.allow()), dependencies, new TrustedInBans());
    this.gate = new Gate(settings.gateSettings(), dependencies.meters(), bans::isBanned, bans);
    gate.muting((source, ms) -> bans.kernel().mute(source, ms));
    this.registrations = new RegistrationCount(gate.trusted(), dependencies);
    this.limits =
        Limits.of(
            settings.limits(),
            settings.allow(),
            gate.emergency(),
            new Limits.Tools(
                dependencies.meters(),
                dependencies.clockMs(),
                dependencies.walker(),
                dependencies.keys().derived("limit").getFirst()));
    this.edge = new NetworkEdge(dependencies.keys());
    this.stirShaken =
        new StirShaken(
            settings.stirShaken(),
            dependencies.walker(),
            dependencies.clockMs(),
            dependencies.meters());
    this.overload = new Overload(settings.overload(), gate.emergency(), dependencies.clockMs());
  }

  private final class TrustedInBans implements ExemptSources {
    // Of all threads that ask, none needs it to the moment.
    @Override
    public boolean isExempt(long key) {
      return gate.trusted().isTrusted(key, dependencies.loops().getFirst().nowNs());
    }

    @Override
    public boolean mayGuess(long key) {
      return gate.trusted().isRegistered(key);
    }
  }

  /**
   * Builds what the settings ask for; nothing runs yet.
   *
   * @throws io.fairlead.transport.tls.BadCertificateException when a file of keys or certificates
   *     cannot be used
   */
  public static Guard of(GuardSettings settings, GuardDependencies dependencies) {
    return new Guard(settings, dependencies);
  }

  /** Begins what runs by itself. Before traffic is taken. */
  public void start() {
    registrations.start(settings.gate().registeredSources());
    bans.start();
  }

  /** Takes over other settings: what was counted stays. Any thread. */
  public void reload(GuardSettings next) {
    stirShaken.reload(next.stirShaken());
    settings = next;
    gate.reload(next.gateSettings());
    overload.reload(next.overload(), gate.emergency());
    bans.reload(next.bans(), CidrSet.of(next.allow()));
    limits.reload(next.limits(), next.allow(), gate.emergency());
    edge.reload(next.topologyHiding(), next.trust());
  }

  /** What is in force. */
  public GuardSettings settings() {
    return settings;
  }

  /** What is judged before a message makes any state. */
  public Gate gate() {
    return gate;
  }

  /** How many calls there may be. */
  public Limits limits() {
    return limits;
  }

  /** Who hears of offences. */
  public OffenceListener offences() {
    return bans;
  }

  /** Who is banned. */
  public Bans bans() {
    return bans;
  }

  /** Where messages cross from one side to another. */
  public NetworkEdge edge() {
    return edge;
  }

  /** The way out for all that Fairlead sends, over the wire: what leaves is changed on it. */
  public OutboundFlows over(OutboundFlows wire) {
    return edge.over(wire, settings.topologyHiding(), settings.trust());
  }

  /** Who verifies and signs who calls. */
  public StirShaken stirShaken() {
    return stirShaken;
  }

  /** What happens when there are too many calls. */
  public Overload overload() {
    return overload;
  }

  /** What it is made with. */
  GuardDependencies dependencies() {
    return dependencies;
  }

  @Override
  public void close() {
    // ban
    bans.close();
  }
}

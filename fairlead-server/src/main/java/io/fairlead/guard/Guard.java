// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard;

import io.fairlead.guard.limit.Limits;

/**
 * The guard of a node: one object for all loops, whose parts say for themselves what threads share.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class Guard implements AutoCloseable {
  private final GuardDependencies dependencies;
  private final Limits limits;
  private volatile GuardSettings settings;

  private Guard(GuardSettings settings, GuardDependencies dependencies) {
    this.settings = settings;
    this.dependencies = dependencies;
    this.limits =
        Limits.of(
            settings.limits(),
            settings.allow(),
            settings.emergency(),
            new Limits.Tools(
                dependencies.meters(),
                dependencies.clockMs(),
                dependencies.walker(),
                dependencies.keys().derived("limit").getFirst()));
  }

  /** Builds what the settings ask for; nothing runs yet. */
  public static Guard of(GuardSettings settings, GuardDependencies dependencies) {
    return new Guard(settings, dependencies);
  }

  /** Begins what runs by itself. Before traffic is taken. */
  public void start() {}

  /** Takes over other settings: what was counted stays. Any thread. */
  public void reload(GuardSettings next) {
    settings = next;
    limits.reload(next.limits(), next.allow(), next.emergency());
  }

  /** What is in force. */
  public GuardSettings settings() {
    return settings;
  }

  /** How many calls there may be. */
  public Limits limits() {
    return limits;
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

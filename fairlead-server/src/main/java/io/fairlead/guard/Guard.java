// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard;

import io.fairlead.guard.identity.StirShaken;
import io.fairlead.guard.overload.Overload;

/**
 * The guard of a node: one object for all loops, whose parts say for themselves what threads share.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class Guard implements AutoCloseable {
  private final GuardDependencies dependencies;
  private final StirShaken stirShaken;
  private final Overload overload;
  private volatile GuardSettings settings;

  private Guard(GuardSettings settings, GuardDependencies dependencies) {
    this.settings = settings;
    this.dependencies = dependencies;
    this.stirShaken =
        new StirShaken(
            settings.stirShaken(),
            dependencies.walker(),
            dependencies.clockMs(),
            dependencies.meters());
    this.overload = new Overload(settings.overload(), dependencies.clockMs());
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
  public void start() {}

  /** Takes over other settings: what was counted stays. Any thread. */
  public void reload(GuardSettings next) {
    stirShaken.reload(next.stirShaken());
    overload.reload(next.overload());
    settings = next;
  }

  /** What is in force. */
  public GuardSettings settings() {
    return settings;
  }

  /** Who hears of offences. */
  public OffenceListener offences() {
    return OffenceListener.NONE;
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
  public void close() {}
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard;

import io.fairlead.guard.gate.TrustedSources;
import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;

/**
 * Goes through all registrations now and then, also those that other nodes hold, so that it is
 * known how many came from each source. What is registered in between is told by the registrars.
 * Off the loops, since a million of them take a second.
 *
 * <p>Owned by one loop; what it counts is another thread's.
 */
final class RegistrationCount {
  // A source is remembered for longer, so nothing depends on how often.
  private static final long EVERY_NS = 600_000_000_000L;

  private final TrustedSources trusted;
  private final GuardDependencies dependencies;
  private final Loop loop;
  private final Timer due = Timer.of(this::again);
  private int most;

  RegistrationCount(TrustedSources trusted, GuardDependencies dependencies) {
    this.trusted = trusted;
    this.dependencies = dependencies;
    this.loop = dependencies.loops().getFirst();
  }

  /**
   * Counts, and goes on doing so.
   *
   * @param sources no more than so many
   */
  void start(int sources) {
    loop.execute(() -> {
      most = sources;
      again();
    });
  }

  private void again() {
    int sources = most;
    dependencies
        .walker()
        .execute(() ->
            trusted.count(dependencies.bindings(), dependencies.clockMs().getAsLong(), sources));
    loop.timers().schedule(due, EVERY_NS);
  }
}

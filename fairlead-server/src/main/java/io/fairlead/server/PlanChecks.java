// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.config.ConfigError;
import io.fairlead.config.SourcePositions;
import java.util.Comparator;
import java.util.List;

/**
 * The checks of a configuration that need more than one record. Beside records that have errors
 * those are made that these cannot mislead.
 *
 * <p>Owned by whoever reads the file.
 */
final class PlanChecks {
  static final Comparator<ConfigError> IN_FILE_ORDER =
      Comparator.comparingInt(ConfigError::line).thenComparingInt(ConfigError::column);

  private final PlanFindings plan;

  private PlanChecks(PlanFindings plan) {
    this.plan = plan;
  }

  /** Runs all of them; what was found, in the order of the file. */
  static PlanChecks run(ValidSettings sound, SourcePositions marks) {
    PlanFindings plan = PlanFindings.of(sound, marks);
    ListenerChecks listeners = new ListenerChecks(plan);
    RegistrarChecks registrars = new RegistrarChecks(plan);
    PoolChecks pools = new PoolChecks(plan);
    // At one place of the file the first found is told first.
    listeners.listeners();
    new TlsChecks(plan).certificates();
    listeners.metrics();
    new RoutePoolChecks(plan).routes();
    registrars.registrars();
    pools.pools();
    pools.gateways();
    new NetworkChecks(plan).networks();
    new GuardChecks(plan).guard();
    new HidingChecks(plan).hiding();
    new IdentityPlanChecks(plan).identity();
    registrars.partitions();
    new LimitChecks(plan).limits();
    plan.errors().addAll(MediaChecks.run(sound, marks));
    plan.errors().removeIf(error -> sound.isBroken(error.path()));
    plan.errors().sort(IN_FILE_ORDER);
    plan.warnings().sort(IN_FILE_ORDER);
    return new PlanChecks(plan);
  }

  /** What cannot work. */
  List<ConfigError> errors() {
    return plan.errors();
  }

  /** What works but is probably not meant. */
  List<ConfigError> warnings() {
    return plan.warnings();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import io.fairlead.pool.freeswitch.FreeSwitch;
import io.fairlead.pool.freeswitch.FreeSwitches;
import io.fairlead.pool.health.CheckTools;
import io.fairlead.pool.health.Health;
import io.fairlead.pool.health.HealthMonitor;
import io.fairlead.pool.health.HealthSettings;
import io.fairlead.pool.health.HealthState;
import io.fairlead.pool.health.Prober;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over the backends of a pool: runs their checks and event sockets, and when one has
 * changed has the pool look anew at what may be picked, and tells who wants to know.
 *
 * <p>Owned by the pools' home loop.
 */
final class PoolSupervisor {
  private static final Logger LOG = LoggerFactory.getLogger(PoolSupervisor.class);
  private static final long TALLY_NS = Duration.ofSeconds(1).toNanos();

  private final Pool pool;
  private final PoolSettings settings;
  private final PoolReloadState roster;
  private final Pool.Surroundings around;
  private final Loop home;
  private final SplittableRandom random;
  private final SlowStarts ramps;
  private final Timer tally = Timer.of(this::onTally);
  private @Nullable HealthMonitor monitor;

  /** Nothing is done before {@link #open}. */
  PoolSupervisor(
      Pool pool, PoolReloadState roster, Pool.Surroundings around, SplittableRandom random) {
    this.pool = pool;
    this.settings = pool.settings();
    this.roster = roster;
    this.around = around;
    this.home = around.home();
    this.random = random;
    this.ramps = new SlowStarts(pool.backends(), settings.slowStart(), home, this::renew);
  }

  /** Takes over the backends and begins to check them. */
  void open(@Nullable Prober prober, FreeSwitches others) {
    List<Backend> backends = pool.backends();
    backends.forEach(backend -> backend.owner(pool));
    roster.present(backends);
    HealthSettings health = settings.health();
    if (health == null) {
      backends.forEach(backend -> backend.condition().onUnchecked());
    } else if (prober != null) {
      HealthMonitor begun =
          new HealthMonitor(
              health,
              new CheckTools(prober, health.timeout().toNanos(), home, others),
              random.split());
      monitor = begun;
      begun.start(backends);
      pool.charges().monitor(begun);
    }
    FreeSwitch.Ground ground =
        new FreeSwitch.Ground(pool.name(), home, around.meters(), around.esl());
    backends.forEach(backend -> backend.freeSwitch().open(ground));
    renew();
    onTally();
  }

  /** Closes the event sockets. */
  void hangUp() {
    pool.backends().forEach(backend -> backend.freeSwitch().close());
  }

  /** Ends checks; picking still works. */
  void close() {
    home.timers().cancel(tally);
    ramps.close();
    pool.backends().forEach(Backend::tally);
    if (monitor != null) {
      monitor.stop();
    }
  }

  // Picks are counted where they happen in plain cells; the meter follows once a second.
  private void onTally() {
    pool.backends().forEach(Backend::tally);
    pool.charges().age();
    roster.aged(home.nowNs(), ramps.startNs());
    home.timers().schedule(tally, TALLY_NS);
  }

  /** A backend's health has changed. */
  void onHealth(Backend backend, Health before, Health after) {
    log(backend, before, after);
    renew();
    backend.freeSwitch().onHealth(before.state(), after.state());
    around.observer().onHealth(pool, backend, before, after);
  }

  private void log(Backend backend, Health before, Health after) {
    String format = "backend {} of pool {}: {} -> {}: {}";
    if (after.state() == HealthState.DOWN || after.state() == HealthState.EJECTED) {
      LOG.warn(format, backend, pool, before.state(), after.state(), after.reason());
    } else {
      LOG.info(format, backend, pool, before.state(), after.state(), after.reason());
    }
  }

  /** A backend was started anew, at that time. */
  void onRestart(Backend backend, long startedNs) {
    around.observer().onRestart(pool, backend, startedNs);
  }

  /** Health, a capacity or a ramp has changed. */
  void renew() {
    ramps.look();
    PickOrder before = pool.line();
    PickOrder after = pool.reline();
    if (before.panicking() == after.panicking()) {
      return;
    }
    long share = Math.round(after.healthyShare() * 100);
    if (after.panicking()) {
      LOG.error(
          "pool {} panics: only {}% of it is healthy, less than {}; doubted backends are used when"
              + " no healthy one takes a call",
          pool, share, settings.panicThreshold());
    } else {
      LOG.warn("pool {} no longer panics: {}% of it is healthy", pool, share);
    }
    around.observer().onPanic(pool, after.panicking());
  }
}

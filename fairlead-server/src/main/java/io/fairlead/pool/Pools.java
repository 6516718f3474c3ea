// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.pool.health.Prober;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All pools of a configuration. A reload makes a new one that takes over the backends whose pool,
 * name and URI stay. Shared: see docs/ownership.md.
 */
public final class Pools {
  private static final Logger LOG = LoggerFactory.getLogger(Pools.class);
  private static final long SWEEP_NS = Duration.ofSeconds(1).toNanos();

  /** What makes a backend the same one after a reload. */
  private record Identity(String pool, String name, BackendUri uri) {
    static Identity of(String pool, BackendSettings settings) {
      return new Identity(pool, settings.title(), settings.uri());
    }
  }

  private final Pool.Surroundings around;
  private final Map<String, Pool> pools = new LinkedHashMap<>();
  private final Map<Identity, Backend> present = new HashMap<>();
  private final Map<Identity, Backend> leaving;
  private final Map<String, Roster> rosters;
  private final Timer sweep = Timer.of(this::onSweep);
  private volatile @Nullable Prober prober;
  private boolean closed;

  /**
   * Builds all pools; nothing is checked or resolved before {@link #start}.
   *
   * @param loops how many loops pick
   * @param home the loop where health is decided
   */
  public Pools(
      Map<String, PoolSettings> settings,
      int loops,
      Loop home,
      Meters meters,
      PoolObserver observer) {
    this(
        settings,
        new Pool.Surroundings(
            loops, home, meters, observer, new SplittableRandom(), AddressBook.Names.ofSystem()));
  }

  Pools(Map<String, PoolSettings> settings, Pool.Surroundings around) {
    this.around = around;
    this.leaving = new ConcurrentHashMap<>();
    this.rosters = new HashMap<>();
    build(settings, Map.of());
  }

  private Pools(Map<String, PoolSettings> settings, Pools before) {
    this.around = before.around;
    this.leaving = before.leaving;
    this.rosters = before.rosters;
    this.prober = before.prober;
    build(settings, before.present);
  }

  private void build(Map<String, PoolSettings> settings, Map<Identity, Backend> before) {
    settings.forEach((name, pool) -> {
      Roster roster = rosters.computeIfAbsent(name, n -> new Roster(around.loops()));
      List<Backend> backends = new ArrayList<>();
      for (BackendSettings backend : pool.backends()) {
        Identity identity = Identity.of(name, backend);
        Backend same = kept(identity, before);
        if (same == null) {
          same = new Backend(backend, roster, name, around.home(), around.meters());
        } else {
          same.use(backend);
        }
        present.put(identity, same);
        backends.add(same);
      }
      pools.put(name, new Pool(name, pool, backends, roster, around));
    });
  }

  private @Nullable Backend kept(Identity identity, Map<Identity, Backend> before) {
    Backend same = before.get(identity);
    if (same == null) {
      same = leaving.remove(identity);
      if (same != null) {
        same.ready();
      }
    }
    return same;
  }

  /** The pool of that name, or null. */
  public @Nullable Pool get(String name) {
    return pools.get(name);
  }

  /** All pools, in the order of the configuration. */
  public Collection<Pool> all() {
    return pools.values();
  }

  /** Begins to resolve names and to check backends. Called once, from any thread. */
  public void start(Prober with) {
    prober = with;
    around.home().execute(() -> pools.values().forEach(pool -> pool.open(with)));
  }

  /**
   * Pools as the new settings say. Backends that stay keep health, live calls and statistics; those
   * that leave get no new calls and keep the living ones. These pools here still pick, but check
   * nothing any more. Called after {@link #start}, by one thread at a time.
   */
  public Pools reload(Map<String, PoolSettings> settings) {
    Pools next = new Pools(settings, this);
    present.forEach((identity, backend) -> {
      if (next.present.get(identity) != backend) {
        next.leaving.put(identity, backend);
      }
    });
    around.home().execute(() -> handOver(next));
    return next;
  }

  private void handOver(Pools next) {
    close();
    for (Pool pool : pools.values()) {
      if (!next.pools.containsKey(pool.name())) {
        around.meters().remove(Meter.POOL_PANIC, pool.name());
      }
    }
    next.leaving
        .values()
        .forEach(backend -> backend.condition().drain("removed from the configuration"));
    next.pools.values().forEach(pool -> pool.open(next.prober));
    next.onSweep();
  }

  /** Ends all checks; picking still works. */
  public void stop() {
    around.home().execute(this::close);
  }

  private void close() {
    closed = true;
    around.home().timers().cancel(sweep);
    pools.values().forEach(Pool::close);
  }

  private void onSweep() {
    leaving.forEach((identity, backend) -> {
      if (backend.load() == 0 && leaving.remove(identity, backend)) {
        gone(identity, backend);
      }
    });
    if (!closed && !leaving.isEmpty()) {
      around.home().timers().schedule(sweep, SWEEP_NS);
    }
  }

  private void gone(Identity identity, Backend backend) {
    backend.condition().stop();
    Pool pool = pools.get(identity.pool());
    if (pool == null || pool.backend(backend.name()) == null) {
      backend.meters().forget();
    }
    LOG.info("backend {} of pool {} is gone: it has no live calls", backend, identity.pool());
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.config.Percent;
import io.fairlead.esl.EslConnector;
import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.pool.freeswitch.FreeSwitch;
import io.fairlead.pool.health.Prober;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All pools of a configuration. A reload makes a new one that takes over the backends whose pool,
 * name and URI stay; so does {@link #renewed} when host names have come to mean other servers.
 * Shared: see docs/ownership.md.
 */
public final class Pools {
  private static final Logger LOG = LoggerFactory.getLogger(Pools.class);
  private static final long SWEEP_NS = Duration.ofSeconds(1).toNanos();

  /** What makes a backend the same one after a reload. */
  private record Identity(String pool, String name, BackendUri uri) {
    static Identity of(String pool, ResolvedBackend member) {
      return new Identity(pool, member.settings().title(), member.settings().uri());
    }
  }

  private final Pool.Surroundings around;
  private final Map<String, PoolSettings> settings;
  private final Map<String, Pool> pools = new LinkedHashMap<>();
  private final Map<Identity, Backend> present = new HashMap<>();
  private final Map<Identity, Backend> leaving;
  private final Map<String, PoolReloadState> rosters;
  private final Timer sweep = Timer.of(this::onSweep);
  private volatile @Nullable Prober prober;
  private boolean closed;

  /**
   * Builds all pools; nothing is checked or resolved before {@link #start}.
   *
   * @param loops how many loops pick
   * @param home the loop where health is decided
   * @param names finds the servers of host names
   * @param esl opens event sockets
   */
  public Pools(
      Map<String, PoolSettings> settings,
      int loops,
      Loop home,
      Meters meters,
      PoolObserver observer,
      BackendResolver names,
      EslConnector esl) {
    this(
        settings,
        new Pool.Surroundings(
            loops,
            home,
            meters,
            observer,
            new SplittableRandom(),
            new BackendNameRefresh(home, names),
            esl));
  }

  Pools(Map<String, PoolSettings> settings, Pool.Surroundings around) {
    this.around = around;
    this.leaving = new ConcurrentHashMap<>();
    this.rosters = new ConcurrentHashMap<>();
    this.settings = settings;
    build(null);
  }

  private Pools(Map<String, PoolSettings> settings, Pools before) {
    this.around = before.around;
    this.leaving = before.leaving;
    this.rosters = before.rosters;
    this.prober = before.prober;
    this.settings = settings;
    build(before);
  }

  private void build(@Nullable Pools before) {
    settings.forEach((name, pool) -> {
      List<ResolvedBackend> members = members(pool);
      Pool same = before == null ? null : before.pools.get(name);
      if (same != null && same.settings().equals(pool) && same.members().equals(members)) {
        for (int i = 0; i < members.size(); i++) {
          present.put(Identity.of(name, members.get(i)), same.backends().get(i));
        }
        pools.put(name, same);
      } else {
        Map<Identity, Backend> known = before == null ? Map.of() : before.present;
        pools.put(name, build(name, pool, members, known, same));
      }
    });
  }

  // What stands twice in an answer is one server; so is what two names of a pool lead to under one
  // name.
  private List<ResolvedBackend> members(PoolSettings pool) {
    Map<String, ResolvedBackend> members = new LinkedHashMap<>();
    for (BackendSettings backend : pool.backends()) {
      for (ResolvedBackend member : around.book().members(backend)) {
        members.putIfAbsent(member.settings().title(), member);
      }
    }
    return List.copyOf(members.values());
  }

  private Pool build(
      String name,
      PoolSettings pool,
      List<ResolvedBackend> members,
      Map<Identity, Backend> before,
      @Nullable Pool replaced) {
    SlowStartSettings slowStart = replaced == null ? null : pool.slowStart();
    PoolReloadState roster =
        rosters.computeIfAbsent(name, n -> new PoolReloadState(around.loops()));
    Map<ResolvedBackend, Backend> backends = new LinkedHashMap<>();
    for (ResolvedBackend member : members) {
      Identity identity = Identity.of(name, member);
      Backend same = kept(identity, before);
      if (same == null) {
        same = new Backend(member, roster, name, around.home(), around.meters());
        if (slowStart != null && replaced != null && roster.aged() && replaced.anyOpen()) {
          same.capacity().ramp().fresh(slowStart);
        }
      } else {
        same.use(member);
      }
      Percent idle = pool.idleCpu();
      same.capacity().idleCpu(idle == null ? 0 : idle.value());
      present.put(identity, same);
      backends.put(member, same);
    }
    return new Pool(name, pool, backends, roster, around);
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
    around
        .home()
        .execute(() -> {
          pools.values().forEach(pool -> pool.supervisor().open(with, this::freeSwitches));
          around.book().watch(settings, new Readings());
        });
  }

  /**
   * Pools as the new settings say. Backends that stay keep health, live calls and statistics; those
   * that leave get no new calls and keep the living ones. These pools here still pick, but check
   * nothing any more. Called after {@link #start}, by one thread at a time.
   */
  public Pools reload(Map<String, PoolSettings> settings) {
    return replacedBy(new Pools(settings, this), "removed from the configuration");
  }

  /**
   * Pools with the servers that host names lead to now; everything else as on a reload, and what
   * has not changed stays as it is. Called as {@link #reload}.
   */
  public Pools renewed() {
    return replacedBy(new Pools(settings, this), "no longer in the DNS");
  }

  private Pools replacedBy(Pools next, String why) {
    present.forEach((identity, backend) -> {
      if (next.present.get(identity) != backend) {
        next.leaving.put(identity, backend);
      }
    });
    around.home().execute(() -> handOver(next, why));
    return next;
  }

  private void handOver(Pools next, String why) {
    closed = true;
    around.home().timers().cancel(sweep);
    for (Pool pool : pools.values()) {
      if (next.pools.get(pool.name()) != pool) {
        pool.supervisor().close();
      }
    }
    for (Pool pool : pools.values()) {
      if (!next.pools.containsKey(pool.name())) {
        around.meters().remove(Meter.POOL_PANIC, pool.name());
      }
    }
    next.leaving
        .values()
        .forEach(backend -> {
          backend.freeSwitch().close();
          if (!backend.condition().drained()) {
            backend.condition().drain(why);
          }
        });
    for (Pool pool : next.pools.values()) {
      if (pools.get(pool.name()) != pool) {
        pool.supervisor().open(next.prober, next::freeSwitches);
      }
    }
    around.book().watch(next.settings, next.new Readings());
    next.onSweep();
  }

  /** Ends all checks; picking still works. */
  public void stop() {
    around.home().execute(this::close);
  }

  private void close() {
    closed = true;
    around.book().stop();
    around.home().timers().cancel(sweep);
    pools.values().forEach(pool -> pool.supervisor().close());
    pools.values().forEach(pool -> pool.supervisor().hangUp());
  }

  // By the roster, which outlives reloads as the pool that asks may do; on the home loop.
  private List<FreeSwitch> freeSwitches(String pool) {
    PoolReloadState roster = rosters.get(pool);
    if (roster == null) {
      return List.of();
    }
    return roster.present().stream()
        .map(backend -> backend.freeSwitch().socket())
        .filter(Objects::nonNull)
        .filter(FreeSwitch::connected)
        .toList();
  }

  /** What the look-ups of host names tell. */
  private final class Readings implements BackendNameRefresh.Reader {
    @Override
    public void onServers() {
      around.observer().onServers();
    }

    @Override
    public void onMissing(BackendUri uri, String why) {
      for (Backend backend : present.values()) {
        if (backend.address() == null && backend.uri().equals(uri)) {
          backend.condition().unresolved(why);
        }
      }
    }
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
    backend.stop();
    Pool pool = pools.get(identity.pool());
    if (pool == null || pool.backend(backend.name()) == null) {
      backend.meters().forget();
    }
    if (backend.address() != null) {
      LOG.info("backend {} of pool {} is gone: it has no live calls", backend, identity.pool());
    }
  }
}

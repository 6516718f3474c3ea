// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.admin.ControlledFairlead;
import io.fairlead.config.SettingsDiff;
import io.fairlead.dialog.CookieKeys;
import io.fairlead.dns.SystemResolver;
import io.fairlead.esl.EslClient;
import io.fairlead.guard.Guard;
import io.fairlead.guard.GuardDependencies;
import io.fairlead.guard.ban.Bans;
import io.fairlead.guard.limit.ClusterLimits;
import io.fairlead.loop.Loops;
import io.fairlead.loop.SipHash;
import io.fairlead.net.HostPort;
import io.fairlead.observe.CallLog;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.observe.MetricsEndpoint;
import io.fairlead.pool.Pool;
import io.fairlead.pool.PoolObserver;
import io.fairlead.registrar.RegistrarObserver;
import io.fairlead.registrar.upstream.Ha1Source;
import io.fairlead.store.BindingStore;
import io.fairlead.store.BindingTable;
import io.fairlead.store.Bindings;
import io.fairlead.store.FileBindingStore;
import io.fairlead.store.RedisBindingStore;
import io.fairlead.store.RedisCounts;
import io.fairlead.store.SharedStoreSettings;
import io.fairlead.transport.ListenException;
import io.fairlead.transport.Listener;
import io.fairlead.transport.NetworkListeners;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running Fairlead: builds all rooms from a plan, starts, reloads and stops them.
 *
 * <p>Owned by whoever started it; its methods may be called from any thread, one at a time.
 */
public final class Fairlead {
  private static final Logger LOG = LoggerFactory.getLogger(Fairlead.class);
  private static final Duration LOOPS_END = Duration.ofSeconds(2);
  // A media engine that lives tells its figures in milliseconds.
  private static final Duration RECORDS_END = Duration.ofSeconds(2);
  private static final long POLL_MS = 20;
  private static final String RELOADED_OF_RELAY =
      "timeout|held-timeout|on-silence|send-first|max-streams";

  // Tables of fixed size, and what is opened at the start. What carries bans out is opened only
  // where there are bans at the start.
  private static final String RESTARTED_OF_GUARD =
      "guard\\.(bans: off -> |bans\\.(firewall|log|sources|exempt-sources|bans)\\b"
          + "|gate\\.(sources|registered-sources)\\b|limit-settle\\b).*";

  private final Loops loops;
  private final NetworkListeners network;
  private final CallLog journal;
  private final Meters meters;
  private final ServerCore house;
  private final Bindings bindings;
  private final MediaServices media;
  private final Guard guard;
  private final @Nullable RedisCounts counts;
  private final EslClient esl;
  private final @Nullable BindingStore keeper;
  private final @Nullable MetricsEndpoint metrics;
  private Plan plan;

  private Fairlead(
      Plan plan,
      Meters meters,
      Loops loops,
      NetworkListeners network,
      CallLog journal,
      ServerCore house,
      Bindings bindings,
      MediaServices media,
      Guard guard,
      @Nullable RedisCounts counts,
      EslClient esl,
      @Nullable BindingStore keeper,
      @Nullable MetricsEndpoint metrics) {
    this.plan = plan;
    this.meters = meters;
    this.loops = loops;
    this.network = network;
    this.journal = journal;
    this.house = house;
    this.bindings = bindings;
    this.media = media;
    this.guard = guard;
    this.counts = counts;
    this.esl = esl;
    this.keeper = keeper;
    this.metrics = metrics;
  }

  /** Starts with meters of its own. */
  public static Fairlead start(Plan plan) {
    return start(plan, new Meters());
  }

  /**
   * Starts everything a plan says; returns when traffic is taken.
   *
   * @throws StartException when a listener cannot be opened, with the reason
   */
  public static Fairlead start(Plan plan, Meters meters) {
    return start(plan, meters, PoolObserver.NONE);
  }

  /** As {@link #start(Plan, Meters)}; the observer hears of each backend's changes, on a loop. */
  public static Fairlead start(Plan plan, Meters meters, PoolObserver observer) {
    FairleadSettings settings = plan.settings();
    Counter errors = meters.counter(Meter.LOOP_ERRORS);
    Loops loops = new Loops(settings.loops().onThisMachine(), errors::add);
    NetworkListeners network = open(settings, loops, meters);
    MetricsEndpoint metrics;
    try {
      metrics = metrics(settings, meters);
    } catch (StartException e) {
      network.close();
      throw e;
    }
    MediaServices media;
    try {
      media = MediaServices.open(settings, loops, meters);
    } catch (StartException e) {
      network.close();
      if (metrics != null) {
        metrics.close();
      }
      throw e;
    }
    CallLog journal = new CallLog(settings.log(), loops.size(), meters);
    BindingTable bindings =
        new BindingTable(
            settings.store(),
            settings.cluster().all().own(),
            System.currentTimeMillis(),
            loops.all().stream().<Executor>map(loop -> loop::execute).toList(),
            meters);
    BindingStore keeper = settings.registrars().isEmpty() ? null : keeper(plan, meters);
    if (keeper != null) {
      bindings.open(keeper);
    }
    EslClient esl = new EslClient();
    CookieKeys keys = CookieKeySource.of(plan);
    GuardDependencies guardGround =
        new GuardDependencies(
            loops.all(),
            meters,
            System::currentTimeMillis,
            Thread::startVirtualThread,
            keys,
            bindings,
            plan.stateDir());
    Guard guard = Guard.of(settings.guard(), guardGround);
    try {
      BanPreparation.of(guard.bans(), plan, guardGround, network, bindings);
    } catch (StartException e) {
      network.close();
      media.close();
      if (metrics != null) {
        metrics.close();
      }
      throw e;
    }
    ServerCore.Dependencies ground =
        new ServerCore.Dependencies(
            loops.all(),
            network,
            meters,
            (loop, record) -> journal.write(loop, record, System.currentTimeMillis()),
            keys,
            new SystemResolver(settings.resolver()),
            observer,
            bindings,
            System::currentTimeMillis,
            RegistrarObserver.NONE,
            Thread::startVirtualThread,
            Ha1Source.NONE,
            SipHash.random(),
            SplittableRandom::new,
            esl,
            DefectListener.logged(meters),
            InstalledFilters.ofMedia(
                media.engine(), media.profiles(), settings.media(), loops.size(), meters),
            guard);
    ServerCore house = new ServerCore(ground, plan);
    loops.start();
    guard.start();
    RedisCounts counts = counts(settings, guard, meters);
    network.start(house.dispatcher(), guard.gate());
    house.start();
    return new Fairlead(
        plan, meters, loops, network, journal, house, bindings, media, guard, counts, esl, keeper,
        metrics);
  }

  // The limits that several nodes count together.
  private static @Nullable RedisCounts counts(
      FairleadSettings settings, Guard guard, Meters meters) {
    SharedStoreSettings shared = settings.cluster().store();
    String node = settings.cluster().node();
    if (shared.redis() == null || node == null) {
      return null;
    }
    ClusterLimits limits = guard.limits().cluster();
    RedisCounts counts =
        new RedisCounts(shared, node, settings.guard().limitSettle(), limits, meters);
    limits.listen(counts::hurry);
    counts.start();
    return counts;
  }

  private static BindingStore keeper(Plan plan, Meters meters) {
    SharedStoreSettings shared = plan.settings().cluster().store();
    if (shared.redis() != null) {
      return new RedisBindingStore(shared, plan.settings().cluster().all().own(), meters);
    }
    return new FileBindingStore(
        plan.stateDir().resolve("bindings"),
        plan.settings().store(),
        System::currentTimeMillis,
        meters);
  }

  private static NetworkListeners open(FairleadSettings settings, Loops loops, Meters meters) {
    try {
      return NetworkListeners.open(settings.listeners(), settings.tls(), loops, meters);
    } catch (ListenException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  private static @Nullable MetricsEndpoint metrics(FairleadSettings settings, Meters meters) {
    HostPort listen = settings.metrics().listen();
    if (listen == null) {
      return null;
    }
    try {
      return MetricsEndpoint.start(new InetSocketAddress(listen.host(), listen.port()), meters);
    } catch (IOException e) {
      throw new StartException("metrics " + listen + ": " + e.getMessage(), e);
    }
  }

  /** All listeners, ports resolved. */
  public List<Listener> listeners() {
    return network.listeners();
  }

  /** All pools, as they are now. */
  public List<Pool> pools() {
    return List.copyOf(house.pools().all());
  }

  /** What is counted. */
  public Meters meters() {
    return meters;
  }

  /** The port of the metrics page, 0 when there is none. */
  public int metricsPort() {
    return metrics == null ? 0 : metrics.port();
  }

  /** How control sees and orders it. */
  public ControlledFairlead subject(String version, ReloadRequest reload) {
    return new RunningFairlead(this, house, loops, version, reload);
  }

  /** Live calls, those being set up included. */
  public int calls() {
    return house.calls();
  }

  /** Who is where. */
  public Bindings bindings() {
    return bindings;
  }

  /** Who is banned. */
  public Bans bans() {
    return guard.bans();
  }

  /** What may come in. */
  Guard guard() {
    return guard;
  }

  /** What relays media. */
  MediaServices media() {
    return media;
  }

  /** The configuration in force. */
  public Plan plan() {
    return plan;
  }

  /**
   * Takes over routes, pools, registrars and logs of a new plan: backends that stay keep health,
   * calls and statistics, and no binding is lost. Everything else needs a restart, which the lines
   * returned say.
   *
   * @return what changed, in words; empty when nothing did
   */
  public List<String> reload(Plan next) {
    List<String> changes = SettingsDiff.between(plan.settings(), next.settings());
    List<String> lines =
        changes.stream()
            .map(line -> needsRestart(line) ? line + " (needs a restart)" : line)
            .toList();
    journal.reload(next.settings().log());
    for (String wrong : network.reload(next.settings().listeners())) {
      LOG.error("the certificates stay as they were: {}", wrong);
    }
    media.reload(next.settings().media());
    guard.reload(next.settings().guard());
    if (!plan.settings().pools().equals(next.settings().pools())
        || !Objects.equals(plan.settings().routes(), next.settings().routes())
        || !plan.settings().registrars().equals(next.settings().registrars())) {
      house.reload(next);
      if (keeper == null && !next.settings().registrars().isEmpty()) {
        LOG.warn("these are the first registrars: bindings outlive a restart only after the next");
      }
    }
    plan = next;
    return lines;
  }

  static boolean needsRestart(String line) {
    String path = line.replaceFirst("^[+-] ", "");
    return !(path.startsWith("routes")
        || path.startsWith("pools")
        || path.startsWith("registrars")
        || path.startsWith("guard") && !path.matches(RESTARTED_OF_GUARD)
        || path.matches(
            "media\\.(answer-timeout|profiles|relay\\.(" + RELOADED_OF_RELAY + "))\\b.*")
        || path.matches("listeners\\[\\d+]\\.tls\\b.*")
        || path.startsWith("log"));
  }

  /**
   * Ends: nothing new begins, what is being set up finishes, no longer than the grace; then
   * everything closes.
   *
   * @return requests that were cut off
   */
  public int stop(Duration grace) {
    house.drain();
    await(() -> house.unfinished() == 0, grace);
    int cut = house.unfinished();
    house.stop();
    await(house::isWritten, RECORDS_END);
    house.writeAll();
    esl.close();
    network.close();
    media.close();
    if (!loops.stop(LOOPS_END)) {
      LOG.warn("a loop did not end within {} s", LOOPS_END.toSeconds());
    }
    house.close();
    guard.close();
    if (counts != null) {
      counts.close();
    }
    if (keeper != null) {
      keeper.close();
    }
    journal.close();
    if (metrics != null) {
      metrics.close();
    }
    return cut;
  }

  private static void await(BooleanSupplier done, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!done.getAsBoolean() && System.nanoTime() < deadline) {
      try {
        Thread.sleep(POLL_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.admin;

import io.fairlead.config.ConfigBinder;
import io.fairlead.config.Setting;
import io.fairlead.config.YamlSource;
import io.fairlead.dialog.CookieKeys;
import io.fairlead.esl.EslConnector;
import io.fairlead.guard.GuardDependencies;
import io.fairlead.guard.ban.BanSettings;
import io.fairlead.guard.ban.Bans;
import io.fairlead.guard.ban.ExemptSources;
import io.fairlead.guard.limit.LimitStatus;
import io.fairlead.loop.ManualLoop;
import io.fairlead.media.MediaStatus;
import io.fairlead.net.Cidr;
import io.fairlead.net.CidrSet;
import io.fairlead.observe.Meters;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.pool.PoolObserver;
import io.fairlead.pool.PoolSettings;
import io.fairlead.pool.Pools;
import io.fairlead.store.HeapBindings;
import io.fairlead.transport.Listener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Two pools on virtual time, as control sees them. Owned by the test's thread. */
final class FakeControlledFairlead implements ControlledFairlead {
  private static final String YAML =
      """
      pools:
        farm:
          health: off
          backends:
            - { name: fs1, uri: "sip:10.0.0.1:5060", max-calls: 10 }
            - { name: fs2, uri: "sip:10.0.0.2:5060" }
        trunks:
          health: off
          backends:
            - { name: fs1, uri: "sip:10.0.1.1:5060" }
            - { name: carrier, uri: "sip:10.0.1.2:5060" }
      """;

  /** The part of a configuration that is needed here. */
  record Root(@Setting(doc = "pools") Map<String, PoolSettings> pools) {}

  final ManualLoop loop = new ManualLoop();
  final Pools pools =
      new Pools(
          ConfigBinder.bind(Root.class, YamlSource.of("test", YAML)).orThrow().pools(),
          1,
          loop,
          new Meters(),
          PoolObserver.NONE,
          (uri, home, then) -> {},
          EslConnector.NONE);
  final List<String> orders = new ArrayList<>();
  List<LimitStatus> limits = List.of();
  MediaStatus media = MediaStatus.NONE;
  long clockMs = 1_800_000_000_000L;
  final Bans bans =
      new Bans(
          BanSettings.usual(),
          CidrSet.of(List.of(Cidr.parse("10.0.0.0/8"))),
          new GuardDependencies(
              List.of(loop),
              new Meters(),
              () -> clockMs,
              Runnable::run,
              CookieKeys.of(List.of("a key for tests, long enough")),
              new HeapBindings(1),
              null),
          ExemptSources.NONE);
  String wrong = "";
  String config = "/etc/fairlead/farm.yaml";

  FakeControlledFairlead() {
    pools.start((backend, settings, listener) -> {});
    loop.runCommands();
  }

  Backend backend(String pool, String name) {
    return Objects.requireNonNull(Objects.requireNonNull(pools.get(pool)).backend(name));
  }

  @Override
  public String version() {
    return "0.1.0";
  }

  @Override
  public Duration uptime() {
    return Duration.ofSeconds(90);
  }

  @Override
  public String config() {
    return config;
  }

  @Override
  public List<Listener> listeners() {
    return List.of();
  }

  @Override
  public List<Pool> pools() {
    return List.copyOf(pools.all());
  }

  @Override
  public int calls() {
    return 3;
  }

  @Override
  public int settingUp() {
    return 1;
  }

  @Override
  public long bindings() {
    return 42;
  }

  @Override
  public List<Long> loops() {
    return List.of(123L, 50L);
  }

  @Override
  public List<LimitStatus> limits(int most) {
    return limits.stream()
        .map(each ->
            new LimitStatus(
                each.settings(),
                each.keys(),
                each.calls(),
                each.refused(),
                each.alarms(),
                each.unkept(),
                each.holders().stream().limit(most).toList()))
        .toList();
  }

  @Override
  public MediaStatus media() {
    return media;
  }

  @Override
  public Bans bans() {
    return bans;
  }

  @Override
  public void drainEngine(String engine, boolean on) {
    orders.add((on ? "drain " : "undrain ") + engine);
  }

  @Override
  public void settle() {
    loop.runCommands();
  }

  @Override
  public List<String> reload() throws RefusedException {
    if (!wrong.isEmpty()) {
      throw new RefusedException(wrong);
    }
    return List.of("+ pools.farm.backends[2]");
  }
}

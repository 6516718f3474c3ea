// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.config.ConfigBinder;
import io.fairlead.config.Setting;
import io.fairlead.config.YamlSource;
import io.fairlead.dns.DnsSettings;
import io.fairlead.dns.FakeDns;
import io.fairlead.dns.LocatedServers;
import io.fairlead.dns.Locator;
import io.fairlead.dns.UsableTransport;
import io.fairlead.dns.UsableTransports;
import io.fairlead.esl.FakeEsl;
import io.fairlead.loop.Loop;
import io.fairlead.loop.ManualLoop;
import io.fairlead.observe.Meters;
import io.fairlead.pool.freeswitch.HeartbeatFigures;
import io.fairlead.pool.health.Health;
import io.fairlead.pool.health.HealthState;
import io.fairlead.sip.SipUri;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Pools from a YAML text, with virtual time and checks that answer as told. Owned by one loop. */
final class PoolRig implements PoolObserver {
  /** The part of a configuration that is tested here. */
  record Root(@Setting(doc = "pools") Map<String, PoolSettings> pools) {}

  final ManualLoop loop = new ManualLoop();
  final FakeProber prober = new FakeProber(loop);
  final List<String> changes = new ArrayList<>();
  final List<Boolean> panics = new ArrayList<>();
  final Meters meters = new Meters();
  final FakeDns dns = new FakeDns();
  private final Locator locator =
      new Locator(
          DnsSettings.USUAL,
          dns,
          new UsableTransports(
              List.of(
                  new UsableTransport("udp", 5060, false, true, true),
                  new UsableTransport("tcp", 5060, false, true, true))),
          Runnable::run,
          new Meters());
  final FakeEsl esl = new FakeEsl();
  final List<String> restarts = new ArrayList<>();

  /** What a FreeSWITCH tells of its load. */
  static HeartbeatFigures figures(
      int sessions,
      int maxSessions,
      double idleCpu,
      long receivedNs,
      int liveAtBeat,
      boolean stale) {
    return new HeartbeatFigures(
        "fs",
        "1",
        "1.11",
        sessions,
        maxSessions,
        100,
        0,
        idleCpu,
        1,
        receivedNs,
        liveAtBeat,
        stale);
  }

  int lookups;
  Pools pools;

  private PoolRig(String yaml, int loops, long seed) {
    pools =
        new Pools(
            settings(yaml),
            new Pool.Surroundings(
                loops,
                loop,
                meters,
                this,
                new SplittableRandom(seed),
                new BackendNameRefresh(loop, this::lookup),
                esl));
  }

  // As the locator does: the answer comes by a command.
  private void lookup(BackendUri uri, Loop home, Consumer<LocatedServers> then) {
    lookups++;
    SipUri parsed = new SipUri();
    byte[] bytes = uri.text().getBytes(StandardCharsets.US_ASCII);
    parsed.parse(bytes, 0, bytes.length);
    locator.servers(parsed, home, then);
  }

  @Override
  public void onServers() {
    pools = pools.renewed();
  }

  /** One pool named farm, checks answered 200, started; first checks are still to come. */
  static PoolRig of(String... body) {
    return seeded(1, 1, body);
  }

  static PoolRig seeded(long seed, int loops, String... body) {
    PoolRig farm = new PoolRig(yaml(body), loops, seed);
    farm.pools.start(farm.prober);
    farm.loop.runCommands();
    return farm;
  }

  /** A farm of backends b1 to bn. */
  static String backends(int count, String more) {
    StringBuilder text = new StringBuilder("backends: [");
    for (int i = 1; i <= count; i++) {
      String at = "10." + i / 62500 + "." + i / 250 % 250 + "." + (i % 250 + 1);
      text.append("{name: b").append(i).append(", uri: 'sip:").append(at).append("'");
      text.append(more.isEmpty() ? "" : ", " + more).append("}, ");
    }
    return text.append("]").toString();
  }

  static Map<String, PoolSettings> settings(String yaml) {
    return ConfigBinder.bind(Root.class, YamlSource.of("test", yaml)).orThrow().pools();
  }

  static String yaml(String... body) {
    return "pools:\n  farm:\n    " + String.join("\n", body).replace("\n", "\n    ") + "\n";
  }

  void reload(String... body) {
    pools = pools.reload(settings(yaml(body)));
    loop.runCommands();
  }

  Pool pool() {
    return java.util.Objects.requireNonNull(pools.get("farm"));
  }

  /** A request to that destination. */
  FakeRequest request(String destination) {
    return new FakeRequest(loop, destination);
  }

  /** A call that backend answers so; nobody else is asked. */
  void answers(Backend backend, int status, String... headers) {
    FakeRequest request = request("bob");
    request.asks(backend).says(status, headers);
    request.ends();
  }

  /** A call that it fails so, and another backend serves. */
  void failsAlone(Backend backend, int status, String... headers) {
    FakeRequest request = request("bob");
    request.asks(backend).says(status, headers);
    Backend other =
        pool().backends().stream().filter(each -> each != backend).findAny().orElseThrow();
    request.asks(other).says(200);
    request.ends();
  }

  /** A pick of loop 0 that finds somebody. */
  Backend picked(long key, List<Backend> tried) {
    return java.util.Objects.requireNonNull(pool().pick(0, key, tried));
  }

  Backend backend(String name) {
    return java.util.Objects.requireNonNull(pool().backend(name), name);
  }

  HealthState state(String name) {
    return backend(name).health().state();
  }

  @Override
  public void onHealth(Pool pool, Backend backend, Health before, Health after) {
    changes.add(backend + " " + before.state() + " -> " + after.state() + ": " + after.reason());
  }

  @Override
  public void onRestart(Pool pool, Backend backend, long startedNs) {
    restarts.add(backend + " at " + (startedNs - 1_000_000_000) / 1_000_000 + " ms");
  }

  @Override
  public void onPanic(Pool pool, boolean panicking) {
    panics.add(panicking);
  }
}

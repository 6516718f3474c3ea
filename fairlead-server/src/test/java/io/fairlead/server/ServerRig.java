// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.dialog.CookieKeys;
import io.fairlead.dns.FakeDns;
import io.fairlead.esl.FakeEsl;
import io.fairlead.guard.Guard;
import io.fairlead.guard.GuardDependencies;
import io.fairlead.guard.limit.Limits;
import io.fairlead.loop.SipHash;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.Meters;
import io.fairlead.observe.RecordText;
import io.fairlead.pool.Backend;
import io.fairlead.pool.PoolObserver;
import io.fairlead.registrar.upstream.Ha1Source;
import io.fairlead.store.HeapBindings;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;

/**
 * A whole house on the virtual network, with three backends and as many phones as wanted. Owned by
 * the test's thread.
 */
final class ServerRig {
  /** Where Fairlead listens, over UDP and TCP. */
  static final InetSocketAddress FAIRLEAD = VirtualNet.at("203.0.113.10", 5060);

  static final List<String> KEYS = List.of("a key for tests, long enough");
  private static final String LISTENERS =
      "listeners:\n  - udp://203.0.113.10:5060\n  - tcp://203.0.113.10:5060\n";
  private static final String BACKENDS =
      """
          health: off
          backends:
            - { name: b1, uri: "sip:10.0.0.1:5060" }
            - { name: b2, uri: "sip:10.0.0.2:5060" }
            - { name: b3, uri: "sip:10.0.0.3:5060" }
      """;

  final VirtualNet net;
  final ServerCore house;
  final List<CallRecord> records = new ArrayList<>();
  final List<FakeBackend> backends = new ArrayList<>();
  final Meters meters = new Meters();
  final HeapBindings bindings;
  Ha1Source ha1s = Ha1Source.NONE;
  final FakeEsl esl = new FakeEsl();
  Executor walker = Runnable::run;
  final Guard guard;
  final SeenChanges changes = new SeenChanges();
  final FakeDns dns;
  private int phones;

  ServerRig(VirtualNet net, Plan plan, List<String> keys) {
    this(net, plan, keys, new FakeDns());
  }

  ServerRig(VirtualNet net, Plan plan, List<String> keys, FakeDns dns) {
    this(net, plan, keys, dns, InstalledFilters.NONE);
  }

  ServerRig(VirtualNet net, Plan plan, List<String> keys, FakeDns dns, InstalledFilters filters) {
    this.net = net;
    this.dns = dns;
    this.bindings = new HeapBindings(net.loops().size());
    net.listen(plan.settings().listeners());
    for (int i = 1; i <= 3; i++) {
      backends.add(new FakeBackend(net, VirtualNet.at("10.0.0." + i, 5060)));
    }
    guard =
        Guard.of(
            plan.settings().guard(),
            new GuardDependencies(
                net.loops(),
                meters,
                this::clockMs,
                task -> walker.execute(task),
                CookieKeys.of(keys),
                bindings,
                null));
    guard.start();
    house =
        new ServerCore(
            new ServerCore.Dependencies(
                net.loops(),
                net,
                meters,
                (loop, record) -> records.add(record),
                CookieKeys.of(keys),
                dns,
                PoolObserver.NONE,
                bindings,
                this::clockMs,
                changes,
                task -> walker.execute(task),
                (aor, realm, sha256, onLoop) -> ha1s.find(aor, realm, sha256, onLoop),
                new SipHash(3, 4),
                () -> new SplittableRandom(5),
                esl,
                (what, e) -> net.defects.met(what, e),
                filters,
                guard),
            plan);
    net.start(house.dispatcher(), guard.gate());
    house.start();
    net.runMs(10);
  }

  /** Epoch milliseconds of the virtual network. */
  long clockMs() {
    net.fuse.run();
    return 1_800_000_000_000L + net.nowMs();
  }

  /** A farm of three that serve in turn, b1 first. */
  static ServerRig serial() {
    return farm("balance: priority");
  }

  /** A farm of three with further settings of the pool. */
  static ServerRig farm(String... pool) {
    return of(1, 1, farmYaml(pool));
  }

  static ServerRig of(long seed, int loops, String yaml) {
    return new ServerRig(new VirtualNet(seed, loops), plan(yaml), KEYS);
  }

  static String farmYaml(String... pool) {
    StringBuilder text = new StringBuilder(LISTENERS).append("pools:\n  farm:\n");
    for (String line : pool) {
      text.append("    ").append(line).append('\n');
    }
    return text.append(BACKENDS).append("routes:\n  - { name: all, to: farm }\n").toString();
  }

  static Plan plan(String yaml) {
    try {
      Path file = Files.createTempFile("fairlead", ".yaml");
      try {
        Files.writeString(file, Certified.yaml(yaml));
        Plan.Result result = Plan.read(file);
        Plan plan = result.plan();
        if (plan == null) {
          throw new AssertionError(result.errors() + "\n" + yaml);
        }
        return plan;
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many calls there may be. */
  Limits limits() {
    return guard.limits();
  }

  /** The rule of the guard that decided over the last record. */
  String rule() {
    return RecordText.rule(records.getLast());
  }

  /** Takes over another configuration, as a running Fairlead does. */
  void reload(Plan next) {
    guard.reload(next.settings().guard());
    house.reload(next);
  }

  FakePhone phone() {
    return phone(CapturedFlow.UDP);
  }

  FakePhone phone(Transport by) {
    phones++;
    return new FakePhone(
        net, VirtualNet.at("192.0.2." + (1 + phones / 5000), 5060 + phones % 5000), FAIRLEAD, by);
  }

  FakeBackend backend(int number) {
    return backends.get(number - 1);
  }

  /** Live calls on a backend as the house counts them. */
  int load(int number) {
    Backend backend = house.pools().all().iterator().next().backend("b" + number);
    return backend == null ? -1 : backend.load();
  }

  /** The one record of the call log, in words. */
  String log() {
    assertThat(records).hasSize(1);
    return RecordText.of(records.getFirst());
  }

  List<String> logs() {
    return records.stream().map(RecordText::of).toList();
  }

  /** Long enough for every transaction to end, without those that ring. */
  void settle() {
    net.run(Duration.ofSeconds(80));
  }

  /** Nothing is held: no call, no load, no transaction, no request without an answer. */
  void assertEmpty() {
    assertEmpty("");
  }

  /** The same; says what went before when it is not so. */
  void assertEmpty(String before) {
    settle();
    assertThat(house.calls()).as("live calls " + before).isZero();
    assertThat(house.unfinished()).as("unfinished " + before).isZero();
    for (int i = 1; i <= backends.size(); i++) {
      assertThat(load(i)).as("load of b" + i + before).isZero();
    }
    assertThat(house.transactions()).as("transactions " + before).isZero();
    assertThat(house.settingUp()).as("calls in set-up " + before).isZero();
  }
}

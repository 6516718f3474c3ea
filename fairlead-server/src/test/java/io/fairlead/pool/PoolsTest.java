// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.Meter;
import io.fairlead.pool.health.HealthState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Live calls as sets, and what a reload keeps. */
class PoolsTest {
  @Test
  void loadIsTheNumberOfCallsThatLiveWhateverTheOrderOfReleases() {
    SplittableRandom random = new SplittableRandom(42);
    PoolRig farm = PoolRig.seeded(1, 3, PoolRig.backends(2, ""));
    Backend backend = farm.backend("b1");
    List<CallSlot> live = new ArrayList<>();
    List<CallSlot> ended = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      int what = random.nextInt(3);
      if (what == 0) {
        live.add(backend.occupy(random.nextInt(3)));
      } else if (what == 1 && !live.isEmpty()) {
        CallSlot call = live.remove(random.nextInt(live.size()));
        call.release();
        ended.add(call);
      } else if (!ended.isEmpty()) {
        ended.get(random.nextInt(ended.size())).release();
      }
      assertThat(backend.load()).isEqualTo(live.size());
    }
    List<CallSlot> seen = new ArrayList<>();
    for (int loop = 0; loop < 3; loop++) {
      backend.calls().forEach(loop, seen::add);
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(live);
    assertThat(farm.backend("b2").load()).isZero();
    seen.forEach(CallSlot::release);
    assertThat(backend.load()).isZero();
  }

  @Test
  void leastCallsIsExactOnOneLoopWhileCallsComeAndGo() {
    SplittableRandom random = new SplittableRandom(8);
    PoolRig farm = PoolRig.of("balance: least-calls", PoolRig.backends(17, ""));
    List<CallSlot> live = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      Backend picked = farm.picked(0, List.of());
      int least = farm.pool().backends().stream().mapToInt(Backend::load).min().orElseThrow();
      assertThat(picked.load()).isEqualTo(least);
      live.add(picked.occupy(0));
      int ending = random.nextInt(500) == 0 ? live.size() : random.nextInt(3);
      for (int end = 0; end < ending && !live.isEmpty(); end++) {
        live.remove(random.nextInt(live.size())).release();
      }
    }
  }

  @Test
  void leastCallsLearnsOfCallsThatEndedOnAnotherLoop() {
    PoolRig farm = PoolRig.seeded(1, 2, "balance: least-calls", PoolRig.backends(10, ""));
    List<CallSlot> elsewhere = new ArrayList<>();
    for (Backend backend : farm.pool().backends()) {
      for (int i = 0; i < 100; i++) {
        elsewhere.add(backend.occupy(1));
      }
    }
    farm.picked(0, List.of()).occupy(0);
    elsewhere.stream()
        .filter(call -> call.backend().name().equals("b4"))
        .forEach(CallSlot::release);
    List<Backend> picked = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      picked.add(farm.picked(0, List.of()));
    }
    assertThat(picked.subList(10, 20)).containsOnly(farm.backend("b4"));
  }

  @Test
  void aReloadKeepsHealthCallsAndStatisticsOfBackendsThatStay() {
    PoolRig farm = PoolRig.of(PoolRig.backends(3, ""));
    Backend b1 = farm.backend("b1");
    CallSlot call = b1.occupy(0);
    farm.answers(b1, 200);
    farm.backend("b2").unreachable("connection refused");
    farm.backend("b3").drain();
    farm.loop.runCommands();
    farm.reload("balance: round-robin", PoolRig.backends(4, "weight: 3, max-calls: 9"));
    assertThat(farm.backend("b1")).isSameAs(b1);
    assertThat(b1.load()).isEqualTo(1);
    assertThat(b1.settings().maxCalls()).isEqualTo(9);
    assertThat(b1.statistics().succeeded()).isEqualTo(1);
    assertThat(farm.state("b2")).isEqualTo(HealthState.DOWN);
    assertThat(farm.state("b3")).isEqualTo(HealthState.DRAINING);
    assertThat(farm.pool().available()).containsExactlyInAnyOrder(b1, farm.backend("b4"));
    farm.loop.advance(Duration.ofSeconds(30));
    assertThat(farm.state("b2")).isEqualTo(HealthState.HEALTHY);
    call.release();
    assertThat(b1.load()).isZero();
  }

  @Test
  void aReloadChecksEachBackendOnceOnly() {
    PoolRig farm = PoolRig.of(PoolRig.backends(1, ""));
    farm.loop.advance(Duration.ofSeconds(30));
    for (int i = 0; i < 5; i++) {
      farm.reload(PoolRig.backends(1, ""));
    }
    farm.loop.advanceMs(1500);
    int before = farm.prober.count("b1");
    farm.loop.advance(Duration.ofSeconds(60));
    assertThat(farm.prober.count("b1") - before).isBetween(10, 14);
  }

  @Test
  void aBackendThatLeavesKeepsItsCallsUntilTheyEnd() {
    PoolRig farm = PoolRig.of(PoolRig.backends(2, ""));
    Backend gone = farm.backend("b2");
    CallSlot call = gone.occupy(0);
    farm.reload(PoolRig.backends(1, ""));
    assertThat(gone.health().state()).isEqualTo(HealthState.DRAINING);
    assertThat(gone.health().reason()).isEqualTo("removed from the configuration");
    assertThat(farm.pool().backends()).hasSize(1);
    farm.loop.advance(Duration.ofSeconds(5));
    farm.reload(PoolRig.backends(2, ""));
    assertThat(farm.backend("b2")).as("back before its last call ended").isSameAs(gone);
    assertThat(gone.health().state()).isEqualTo(HealthState.HEALTHY);
    farm.reload(PoolRig.backends(1, ""));
    call.release();
    farm.loop.advance(Duration.ofSeconds(5));
    farm.reload(PoolRig.backends(2, ""));
    assertThat(farm.backend("b2")).as("back after it was gone").isNotSameAs(gone);
  }

  @Test
  void anotherUriIsAnotherBackend() {
    PoolRig farm = PoolRig.of("backends: [{name: a, uri: 'sip:10.0.0.1'}]");
    Backend before = farm.backend("a");
    farm.reload("backends: [{name: a, uri: 'sip:10.0.0.2'}]");
    assertThat(farm.backend("a")).isNotSameAs(before);
    assertThat(farm.pool().pick(0, 1, List.of())).isSameAs(farm.backend("a"));
  }

  @Test
  void leastCallsStaysExactOverAReload() {
    PoolRig farm = PoolRig.of("balance: least-calls", PoolRig.backends(2, ""));
    farm.backend("b1").occupy(0);
    farm.reload("balance: least-calls", PoolRig.backends(3, ""));
    farm.backend("b3").occupy(0);
    for (int i = 0; i < 10; i++) {
      assertThat(farm.picked(0, List.of()).name()).isEqualTo("b2");
    }
  }

  @Test
  void fanoutOffersAllOfTheBestTierThatAreNotFull() {
    PoolRig farm =
        PoolRig.of(
            "balance: fanout",
            "backends: [{name: a, uri: 'sip:10.0.0.1'}, {name: b, uri: 'sip:10.0.0.2', max-calls:"
                + " 1}, {name: c, uri: 'sip:10.0.0.3'}, {name: d, uri: 'sip:10.0.0.4', priority:"
                + " 2}]");
    farm.backend("b").occupy(0);
    assertThat(farm.pool().fanout()).isTrue();
    assertThat(farm.pool().available()).extracting(Backend::name).containsExactly("a", "c");
  }

  @Test
  void picksAreCountedOncePerPickAlsoOverAReload() {
    PoolRig farm = PoolRig.seeded(1, 2, PoolRig.backends(1, ""));
    for (int i = 0; i < 10; i++) {
      farm.pool().pick(i % 2, i, List.of());
    }
    farm.reload(PoolRig.backends(1, ""));
    farm.picked(1, List.of());
    farm.loop.advance(Duration.ofSeconds(3));
    assertThat(farm.backend("b1").statistics().picks()).isEqualTo(11);
    assertThat(farm.meters.counter(Meter.POOL_PICKS, "farm", "b1").value()).isEqualTo(11);
  }

  @Test
  void hundredsOfBackendsKeepTheirLoadsApart() {
    PoolRig farm = PoolRig.of("balance: least-calls", PoolRig.backends(600, ""));
    for (int i = 0; i < 1200; i++) {
      farm.picked(i, List.of()).occupy(0);
    }
    assertThat(farm.pool().backends()).allMatch(backend -> backend.load() == 2);
  }

  @Test
  void roundRobinSpacesTurnsEvenly() {
    PoolRig farm =
        PoolRig.of(
            "balance: round-robin",
            "backends: [{name: a, uri: 'sip:10.0.0.1', weight: 10}, {name: b, uri: 'sip:10.0.0.2',"
                + " weight: 2}, {name: c, uri: 'sip:10.0.0.3', weight: 2}]");
    StringBuilder turns = new StringBuilder();
    for (int i = 0; i < 14; i++) {
      turns.append(farm.picked(0, List.of()).name());
    }
    assertThat(turns.toString() + turns).contains("abaaaca").doesNotContain("aaaa");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fairlead.config.Plugin;
import io.fairlead.pool.balance.Balancers;
import io.fairlead.pool.health.HealthState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every balancing algorithm must keep to. */
class BalancersContractTest {
  /** Those that do not promise each backend its share. */
  private static final Set<String> WITHOUT_WEIGHTS = Set.of("balance: priority");

  static Stream<String> algorithms() {
    List<String> all =
        new ArrayList<>(Balancers.kinds().stream().<String>map(Plugin::name).toList());
    all.add("hash\nhash: {function: maglev}");
    all.add("hash\nhash: {bounded-load: off}");
    return all.stream().map(name -> "balance: " + name);
  }

  static Stream<String> weighted() {
    return algorithms().filter(name -> !WITHOUT_WEIGHTS.contains(name));
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void picksTheOnlyBackend(String balance) {
    PoolRig farm = PoolRig.of(balance, PoolRig.backends(1, ""));
    for (long key = 0; key < 100; key++) {
      assertThat(farm.pool().pick(0, key, List.of())).isSameAs(farm.backend("b1"));
    }
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void picksNobodyWhenTheOnlyBackendWasTried(String balance) {
    PoolRig farm = PoolRig.of(balance, PoolRig.backends(1, ""));
    assertThat(farm.pool().pick(0, 7, List.of(farm.backend("b1")))).isNull();
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void picksNobodyWhenAllAreInMaintenance(String balance) {
    PoolRig farm = PoolRig.of(balance, PoolRig.backends(3, ""));
    farm.pool().backends().forEach(Backend::maintenance);
    farm.loop.runCommands();
    assertThat(farm.pool().pick(0, 7, List.of())).isNull();
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void picksAFreeOneWheneverThereIsOneAndNeverAnother(String balance) {
    SplittableRandom random = new SplittableRandom(4711);
    PoolRig farm = PoolRig.of(balance, "panic-threshold: 0%", PoolRig.backends(12, "max-calls: 3"));
    List<CallSlot> calls = new ArrayList<>();
    int nobody = 0;
    for (int round = 0; round < 4000; round++) {
      change(farm, random);
      List<Backend> tried = some(farm, random);
      List<Backend> free = farm.pool().backends().stream().filter(b -> free(b, tried)).toList();
      if (free.isEmpty()) {
        nobody++;
        assertThat(farm.pool().pick(0, random.nextLong(), tried)).isNull();
      } else {
        Backend picked = farm.picked(random.nextLong(), tried);
        assertThat(picked).isIn(free);
        calls.add(picked.occupy(0));
      }
      boolean endMany = random.nextInt(100) == 0;
      while (!calls.isEmpty() && (endMany || random.nextInt(12) == 0)) {
        calls.remove(random.nextInt(calls.size())).release();
      }
    }
    assertThat(nobody).isBetween(10, 3900);
  }

  private static void change(PoolRig farm, SplittableRandom random) {
    Backend backend = farm.backend("b" + (1 + random.nextInt(12)));
    switch (random.nextInt(40)) {
      case 0 -> backend.drain();
      case 1 -> backend.maintenance();
      case 2 -> backend.unreachable("refused");
      case 3, 4, 5 -> backend.ready();
      case 6 -> backend.condition().onUnchecked();
      default -> {}
    }
    farm.loop.runCommands();
  }

  private static List<Backend> some(PoolRig farm, SplittableRandom random) {
    List<Backend> tried = new ArrayList<>();
    int count = random.nextInt(4) * random.nextInt(4);
    for (int i = 0; i < count; i++) {
      tried.add(farm.backend("b" + (1 + random.nextInt(12))));
    }
    return tried;
  }

  private static boolean free(Backend backend, List<Backend> tried) {
    return backend.health().state() == HealthState.HEALTHY
        && backend.load() < 3
        && !tried.contains(backend);
  }

  @ParameterizedTest
  @MethodSource("weighted")
  void givesEachItsWeightOfCallsThatEndAtOnce(String balance) {
    PoolRig farm = weights(balance);
    int[] count = new int[4];
    SplittableRandom keys = new SplittableRandom(99);
    for (int i = 0; i < 40_000; i++) {
      Backend picked = farm.picked(keys.nextLong(), List.of());
      count[number(picked)]++;
      picked.occupy(0).release();
    }
    // Slots of a hash table are 65537, so their shares are true only to about one in a hundred.
    assertThat(count[1] / 40_000.0).isCloseTo(1 / 8.0, within(0.01));
    assertThat(count[2] / 40_000.0).isCloseTo(2 / 8.0, within(0.015));
    assertThat(count[3] / 40_000.0).isCloseTo(5 / 8.0, within(0.02));
  }

  @ParameterizedTest
  @MethodSource("weighted")
  void givesEachItsWeightOfCallsThatStay(String balance) {
    PoolRig farm = weights(balance);
    SplittableRandom keys = new SplittableRandom(99);
    for (int i = 0; i < 8000; i++) {
      farm.picked(keys.nextLong(), List.of()).occupy(0);
    }
    assertThat(farm.backend("b1").load()).isBetween(880, 1120);
    assertThat(farm.backend("b2").load()).isBetween(1850, 2150);
    assertThat(farm.backend("b3").load()).isBetween(4800, 5200);
  }

  @ParameterizedTest
  @MethodSource("weighted")
  void spreadsEvenlyOverManyBackends(String balance) {
    PoolRig farm = PoolRig.of(balance, PoolRig.backends(100, ""));
    SplittableRandom keys = new SplittableRandom(5);
    for (int i = 0; i < 50_000; i++) {
      farm.picked(keys.nextLong(), List.of()).occupy(0);
    }
    for (Backend backend : farm.pool().backends()) {
      assertThat(backend.load()).as(backend.name()).isBetween(380, 640);
    }
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void neverPicksWeightZero(String balance) {
    PoolRig farm =
        PoolRig.of(balance, "backends: [{uri: 'sip:10.0.0.1', weight: 0}, {uri: 'sip:10.0.0.2'}]");
    for (long key = 0; key < 200; key++) {
      assertThat(farm.picked(key, List.of()).name()).isEqualTo("10.0.0.2:5060");
    }
    List<Backend> other = List.of(farm.backend("10.0.0.2:5060"));
    assertThat(farm.pool().pick(0, 1, other)).isNull();
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void usesTheNextTierOnlyWhenTheFirstTakesNothing(String balance) {
    PoolRig farm =
        PoolRig.of(
            balance,
            "backends:",
            "  - {name: b1, uri: 'sip:10.0.0.1', max-calls: 1}",
            "  - {name: b2, uri: 'sip:10.0.0.2', priority: 2}",
            "  - {name: b3, uri: 'sip:10.0.0.3', priority: 2}");
    for (long key = 0; key < 50; key++) {
      assertThat(farm.picked(key, List.of()).name()).isEqualTo("b1");
    }
    farm.backend("b1").occupy(0);
    assertThat(farm.picked(1, List.of()).name()).isIn("b2", "b3");
    assertThat(farm.picked(1, List.of(farm.backend("b2"))).name()).isEqualTo("b3");
  }

  private static PoolRig weights(String balance) {
    return PoolRig.of(
        balance,
        "backends:",
        "  - {name: b1, uri: 'sip:10.0.0.1', weight: 1}",
        "  - {name: b2, uri: 'sip:10.0.0.2', weight: 2}",
        "  - {name: b3, uri: 'sip:10.0.0.3', weight: 5}");
  }

  private static int number(Backend backend) {
    return Integer.parseInt(backend.name().substring(1));
  }
}

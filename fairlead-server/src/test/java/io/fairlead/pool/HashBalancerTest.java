// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which keys move when backends come and go, and how a hot key is bounded. */
class HashBalancerTest {
  private static final int KEYS = 20_000;

  private static String hash(String function) {
    return "balance: hash\nhash: {function: " + function + "}";
  }

  private static List<String> owners(PoolRig farm, List<Backend> tried) {
    SplittableRandom keys = new SplittableRandom(1);
    List<String> owners = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      owners.add(farm.picked(keys.nextLong(), tried).name());
    }
    return owners;
  }

  @ParameterizedTest
  @ValueSource(strings = {"rendezvous", "maglev"})
  void aBackendDownMovesOnlyItsOwnKeysAndSpreadsThemOverAllOthers(String function) {
    PoolRig farm = PoolRig.of(hash(function), PoolRig.backends(10, ""));
    List<String> before = owners(farm, List.of());
    farm.backend("b3").drain();
    farm.loop.runCommands();
    List<String> after = owners(farm, List.of());
    int[] heirs = new int[11];
    for (int i = 0; i < KEYS; i++) {
      if (before.get(i).equals("b3")) {
        heirs[Integer.parseInt(after.get(i).substring(1))]++;
      } else {
        assertThat(after.get(i)).isEqualTo(before.get(i));
      }
    }
    assertThat(heirs[3]).isZero();
    for (int i = 1; i <= 10; i++) {
      assertThat(heirs[i]).as("b" + i).isBetween(i == 3 ? 0 : 150, 300);
    }
    farm.backend("b3").ready();
    farm.loop.runCommands();
    assertThat(owners(farm, List.of())).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rendezvous", "maglev"})
  void aBackendTriedIsLikeOneThatIsDown(String function) {
    PoolRig farm = PoolRig.of(hash(function), PoolRig.backends(5, ""));
    List<String> tried = owners(farm, List.of(farm.backend("b2")));
    farm.backend("b2").drain();
    farm.loop.runCommands();
    assertThat(owners(farm, List.of())).isEqualTo(tried);
  }

  @Test
  void rendezvousMovesOnlyTheShareOfABackendThatIsRemovedOrAdded() {
    PoolRig farm = PoolRig.of(hash("rendezvous"), PoolRig.backends(10, ""));
    List<String> ten = owners(farm, List.of());
    farm.reload(hash("rendezvous"), PoolRig.backends(9, ""));
    List<String> nine = owners(farm, List.of());
    int moved = 0;
    for (int i = 0; i < KEYS; i++) {
      if (!ten.get(i).equals(nine.get(i))) {
        assertThat(ten.get(i)).isEqualTo("b10");
        moved++;
      }
    }
    assertThat(moved).isBetween(KEYS / 10 - 200, KEYS / 10 + 200);
    farm.reload(hash("rendezvous"), PoolRig.backends(10, ""));
    assertThat(owners(farm, List.of())).isEqualTo(ten);
  }

  @Test
  void maglevMovesFewKeysOfOthersWhenABackendIsRemoved() {
    PoolRig farm = PoolRig.of(hash("maglev"), PoolRig.backends(10, ""));
    List<String> ten = owners(farm, List.of());
    farm.reload(hash("maglev"), PoolRig.backends(9, ""));
    List<String> nine = owners(farm, List.of());
    int others = 0;
    for (int i = 0; i < KEYS; i++) {
      others += !ten.get(i).equals(nine.get(i)) && !ten.get(i).equals("b10") ? 1 : 0;
    }
    assertThat(others).isLessThan(KEYS / 20);
  }

  @Test
  void twoProcessesAgreeWhateverTheirSeedAndTheOrderOfBackends() {
    PoolRig one = PoolRig.seeded(1, 1, hash("rendezvous"), PoolRig.backends(3, ""));
    PoolRig two =
        PoolRig.seeded(
            2,
            1,
            hash("rendezvous"),
            "backends: [{name: b3, uri: 'sip:10.0.0.3'}, {name: b1, uri: 'sip:10.0.0.1'}, {name:"
                + " b2, uri: 'sip:10.0.0.2'}]");
    assertThat(owners(one, List.of())).isEqualTo(owners(two, List.of()));
  }

  @Test
  void aHotKeySpillsOverItsBoundAndComesBack() {
    PoolRig farm =
        PoolRig.of("balance: hash", "hash: {bounded-load: 1.5}", PoolRig.backends(4, ""));
    Pool pool = farm.pool();
    Backend home = farm.picked(77, List.of());
    List<CallSlot> calls = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      calls.add(farm.picked(77, List.of()).occupy(0));
    }
    assertThat(home.load()).isBetween(149, 151);
    for (Backend backend : pool.backends()) {
      assertThat(backend.load()).isLessThanOrEqualTo(151);
    }
    calls.forEach(CallSlot::release);
    for (int i = 0; i < 10; i++) {
      assertThat(pool.pick(0, 77, List.of())).as("few calls stay together").isSameAs(home);
      home.occupy(0);
    }
    assertThat(pool.pick(0, 77, List.of())).isNotSameAs(home);
  }

  @Test
  void withoutBoundAHotKeyStays() {
    PoolRig farm =
        PoolRig.of("balance: hash", "hash: {bounded-load: off}", PoolRig.backends(4, ""));
    Backend home = farm.picked(77, List.of());
    for (int i = 0; i < 400; i++) {
      assertThat(farm.pool().pick(0, 77, List.of())).isSameAs(home);
      home.occupy(0);
    }
  }

  @Test
  void keysStillFindABackendWhenNearlyAllAreGone() {
    PoolRig farm = PoolRig.of(hash("rendezvous"), "panic-threshold: 0%", PoolRig.backends(300, ""));
    for (Backend backend : farm.pool().backends()) {
      if (!backend.name().matches("b(7|8)")) {
        backend.drain();
      }
    }
    farm.loop.runCommands();
    List<String> owners = owners(farm, List.of());
    assertThat(owners.stream().filter("b7"::equals).count()).isBetween(9000L, 11000L);
    assertThat(owners).containsOnly("b7", "b8").isEqualTo(owners(farm, List.of()));
  }
}

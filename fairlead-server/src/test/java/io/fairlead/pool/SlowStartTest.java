// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fairlead.pool.health.HealthState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a backend that came back takes up calls. */
class SlowStartTest {
  private static PoolRig farm(String... more) {
    String[] body = new String[more.length + 2];
    body[0] = "health: off";
    body[1] = PoolRig.backends(4, "");
    System.arraycopy(more, 0, body, 2, more.length);
    return PoolRig.of(body);
  }

  private static PoolRig returned(String... more) {
    PoolRig farm = farm(more);
    farm.backend("b4").maintenance();
    farm.loop.advance(Duration.ofMinutes(10));
    farm.backend("b4").ready();
    farm.loop.runCommands();
    return farm;
  }

  /** The share of b4 in so many calls that end at once. */
  private static double share(PoolRig farm, int calls) {
    SplittableRandom keys = new SplittableRandom(7);
    int count = 0;
    for (int i = 0; i < calls; i++) {
      Backend picked = farm.picked(keys.nextLong(), List.of());
      count += picked.name().equals("b4") ? 1 : 0;
      picked.occupy(0).release();
    }
    return (double) count / calls;
  }

  @ParameterizedTest
  @CsvSource({"60, 1, 10", "30, 2, 20", "120, 0.5, 1", "5, 1.5, 50"})
  void followsTheFormula(int windowSeconds, double aggression, int least) {
    String settings =
        "slow-start: {window: %ds, aggression: %s, min-weight-percent: %d%%}"
            .formatted(windowSeconds, aggression, least);
    PoolRig farm = returned(settings);
    Backend b4 = farm.backend("b4");
    long windowMs = windowSeconds * 1000L;
    assertThat(b4.ramp()).isEqualTo(least / 100.0);
    for (int step = 1; step < 20; step++) {
      farm.loop.advanceMs(windowMs / 20);
      double expected = Math.max(least / 100.0, Math.pow(step / 20.0, 1 / aggression));
      // It is looked at sixty times in a window, but not more often than four times a second.
      double late = Math.max(1.0 / 60, 250.0 / windowMs);
      double before =
          Math.max(least / 100.0, Math.pow(Math.max(0, step / 20.0 - late), 1 / aggression));
      assertThat(b4.ramp()).isBetween(before - 1e-6, expected + 1e-6);
    }
    farm.loop.advanceMs(windowMs / 20 + windowMs / 30 + 250);
    assertThat(b4.ramp()).isEqualTo(1);
    assertThat(farm.pool().backends()).allMatch(backend -> backend.ramp() == 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"random", "round-robin", "least-calls", "p2c", "latency", "least-load"})
  void newCallsFollowTheRamp(String balance) {
    PoolRig farm = returned("balance: " + balance);
    assertThat(share(farm, 20_000)).isEqualTo(0.1 / 3.1, within(0.01));
    for (int i = 0; i < 3; i++) {
      farm.loop.advance(Duration.ofSeconds(15));
      double ramp = farm.backend("b4").ramp();
      assertThat(ramp).isEqualTo((i + 1) / 4.0, within(0.02));
      assertThat(share(farm, 20_000)).isEqualTo(ramp / (3 + ramp), within(0.02));
    }
    farm.loop.advance(Duration.ofSeconds(30));
    assertThat(share(farm, 20_000)).isEqualTo(0.25, within(0.02));
  }

  @ParameterizedTest
  @ValueSource(strings = {"least-calls", "p2c", "least-load"})
  void liveCallsFollowTheRamp(String balance) {
    PoolRig farm =
        PoolRig.of("health: off", "balance: " + balance, PoolRig.backends(4, "max-calls: 1000"));
    farm.backend("b4").drain();
    farm.loop.runCommands();
    ArrayDeque<CallSlot> live = new ArrayDeque<>();
    for (int i = 0; i < 1200; i++) {
      live.add(farm.picked(i, List.of()).occupy(0));
    }
    farm.backend("b4").ready();
    farm.loop.advance(Duration.ofSeconds(30));
    double ramp = farm.backend("b4").ramp();
    assertThat(ramp).isEqualTo(0.5, within(0.02));
    for (int i = 0; i < 3000; i++) {
      live.remove().release();
      live.add(farm.picked(i, List.of()).occupy(0));
    }
    double others = farm.backend("b1").load();
    assertThat(farm.backend("b4").load() / others).isEqualTo(ramp, within(0.05));
  }

  @ParameterizedTest
  @ValueSource(strings = {"hash", "priority"})
  void aHashAndAnOrderAreNotDisturbed(String balance) {
    PoolRig farm = farm("balance: " + balance);
    PoolRig ramping = returned("balance: " + balance);
    assertThat(ramping.backend("b4").ramp()).isLessThan(1);
    for (long key = 0; key < 2000; key++) {
      Backend before = farm.picked(key * 7919, List.of());
      assertThat(ramping.picked(key * 7919, List.of()).name()).isEqualTo(before.name());
      Backend byHash = farm.pool().pickByHash(0, key, List.of());
      assertThat(ramping.pool().pickByHash(0, key, List.of())).hasToString("" + byHash);
    }
  }

  @Test
  void nothingRampsAtTheStart() {
    PoolRig farm = PoolRig.of(PoolRig.backends(3, ""));
    farm.loop.advance(Duration.ofSeconds(10));
    assertThat(farm.pool().backends()).allMatch(backend -> backend.ramp() == 1);
    farm.reload(PoolRig.backends(4, ""));
    assertThat(farm.pool().backends())
        .as("in the first minute nobody is behind the others")
        .allMatch(backend -> backend.ramp() == 1);
  }

  @Test
  void oneThatIsNewByAReloadRampsWhileOthersTakeCalls() {
    PoolRig farm = farm();
    farm.loop.advance(Duration.ofMinutes(2));
    farm.reload("health: off", PoolRig.backends(5, ""));
    assertThat(farm.backend("b5").ramp()).isEqualTo(0.1);
    assertThat(farm.backend("b4").ramp()).isEqualTo(1);
    farm.loop.advance(Duration.ofSeconds(30));
    assertThat(farm.backend("b5").ramp()).isEqualTo(0.5, within(0.02));
    farm.reload("health: off", "balance: random", PoolRig.backends(5, ""));
    assertThat(farm.backend("b5").ramp()).as("goes on").isEqualTo(0.5, within(0.02));
    farm.loop.advance(Duration.ofSeconds(31));
    assertThat(farm.backend("b5").ramp()).isEqualTo(1);
  }

  @Test
  void oneThatIsNewWhileNobodyTakesCallsHasAllAtOnce() {
    PoolRig farm = farm();
    farm.loop.advance(Duration.ofMinutes(2));
    farm.pool().backends().forEach(Backend::drain);
    farm.loop.runCommands();
    farm.reload("health: off", PoolRig.backends(5, ""));
    assertThat(farm.backend("b5").ramp()).isEqualTo(1);
  }

  @Test
  void oneThatWasOnlyFullForAMomentDoesNotRamp() {
    PoolRig farm = farm();
    Backend b1 = farm.backend("b1");
    farm.failsAlone(b1, 503, "Retry-After: 1");
    assertThat(b1.health().state()).isEqualTo(HealthState.SATURATED);
    farm.loop.advance(Duration.ofSeconds(20));
    assertThat(b1.health().state()).isEqualTo(HealthState.HEALTHY);
    assertThat(b1.ramp()).isEqualTo(1);
  }

  @Test
  void oneThatFailsOnTheWayBeginsAgain() {
    PoolRig farm = returned();
    Backend b4 = farm.backend("b4");
    farm.loop.advance(Duration.ofSeconds(40));
    assertThat(b4.ramp()).isGreaterThan(0.6);
    b4.drain();
    farm.loop.runCommands();
    b4.ready();
    farm.loop.runCommands();
    assertThat(b4.ramp()).isEqualTo(0.1);
  }

  @Test
  void offMeansAllAtOnce() {
    PoolRig farm = returned("slow-start: off");
    assertThat(farm.backend("b4").ramp()).isEqualTo(1);
  }
}

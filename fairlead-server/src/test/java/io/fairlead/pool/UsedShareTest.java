// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fairlead.pool.freeswitch.HeartbeatFigures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How much of a backend is in use, and that balancers go by it. */
class UsedShareTest {
  private static final Offset<Double> EXACTLY = within(1e-9);
  private static final int NONE = Capacity.UNLIMITED;

  private static double used(HeartbeatFigures figures, int maxCalls, double idleCpu, int live) {
    return UsedShare.of(figures, maxCalls, idleCpu, live);
  }

  @ParameterizedTest
  @CsvSource({
    // sessions, at the beat, live now, share
    "0, 0, 0, 0",
    "100, 50, 50, 0.1",
    "100, 50, 60, 0.12",
    "100, 50, 40, 0.08",
    "100, 100, 110, 0.11",
    "150, 100, 110, 0.165",
    "900, 10, 20, 0.92",
    "0, 0, 10, 0.02",
    "10, 50, 40, 0.04",
    "20, 50, 10, 0.01"
  })
  void addsToTheHeartbeatWhatIsOursSince(int sessions, int atBeat, int live, double share) {
    HeartbeatFigures figures = PoolRig.figures(sessions, 1000, 90, 0, atBeat, false);
    assertThat(used(figures, NONE, 20, live)).isEqualTo(share, EXACTLY);
  }

  @Test
  void goesByOurOwnCallsWhenHeartbeatsStayAway() {
    HeartbeatFigures stale = PoolRig.figures(900, 1000, 0, 0, 600, true);
    assertThat(used(stale, NONE, 20, 100)).isEqualTo(0.15, EXACTLY);
  }

  @Test
  void isNeverLessThanTheShareOfMaxCalls() {
    HeartbeatFigures figures = PoolRig.figures(20, 1000, 90, 0, 10, false);
    assertThat(used(figures, 20, 20, 10)).isEqualTo(0.5, EXACTLY);
    assertThat(UsedShare.of(null, 20, 20, 10)).isEqualTo(0.5, EXACTLY);
    assertThat(UsedShare.of(null, NONE, 20, 10)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"90, 0.5", "20, 0.5", "10, 0.75", "5, 0.875", "0, 0.975"})
  void littleIdleCpuTakesOfTheFreeShareInProportion(double idle, double share) {
    HeartbeatFigures figures = PoolRig.figures(500, 1000, idle, 0, 500, false);
    assertThat(used(figures, NONE, 20, 500)).isEqualTo(share, EXACTLY);
    assertThat(used(figures, NONE, 0, 500)).as("idle-cpu: off").isEqualTo(0.5, EXACTLY);
  }

  @Test
  void capacityIsMaxSessionsElseMaxCallsElseUnknown() {
    HeartbeatFigures figures = PoolRig.figures(0, 1000, 90, 0, 0, false);
    assertThat(UsedShare.capacity(figures, NONE)).isEqualTo(1000);
    assertThat(UsedShare.capacity(figures, 100)).as("of two legs").isEqualTo(200);
    assertThat(UsedShare.capacity(null, 100)).isEqualTo(100);
    assertThat(UsedShare.capacity(null, NONE)).isZero();
    assertThat(UsedShare.capacity(PoolRig.figures(0, 0, 90, 0, 0, false), NONE)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"p2c", "least-load"})
  void fillsBackendsInProportionToMaxCalls(String balance) {
    PoolRig farm =
        PoolRig.of(
            "balance: " + balance,
            "backends:",
            "  - {name: b1, uri: 'sip:10.0.0.1', max-calls: 200, weight: 7}",
            "  - {name: b2, uri: 'sip:10.0.0.2', max-calls: 1000}",
            "  - {name: b3, uri: 'sip:10.0.0.3', max-calls: 4000}");
    calls(farm, 2600);
    assertThat(farm.backend("b1").capacity().used()).isEqualTo(0.5, within(0.02));
    assertThat(farm.backend("b2").capacity().used()).isEqualTo(0.5, within(0.02));
    assertThat(farm.backend("b3").capacity().used()).isEqualTo(0.5, within(0.02));
  }

  @ParameterizedTest
  @ValueSource(strings = {"p2c", "least-load"})
  void goesByLiveCallsAndWeightUntilEveryCapacityIsKnown(String balance) {
    PoolRig farm =
        PoolRig.of(
            "balance: " + balance,
            "backends:",
            "  - {name: b1, uri: 'sip:10.0.0.1', max-calls: 200}",
            "  - {name: b2, uri: 'sip:10.0.0.2', weight: 3}");
    List<CallSlot> calls = calls(farm, 160);
    assertThat(farm.backend("b1").load()).isBetween(35, 45);
    calls.forEach(CallSlot::release);

    farm.backend("b2").freeSwitch().onFigures(PoolRig.figures(0, 200, 90, 0, 0, false));
    farm.loop.runCommands();
    calls = calls(farm, 160);
    assertThat(farm.backend("b1").capacity().used())
        .isEqualTo(farm.backend("b2").capacity().used(), within(0.05));
    calls.forEach(CallSlot::release);

    farm.backend("b2").freeSwitch().onFigures(null);
    farm.loop.runCommands();
    calls(farm, 160);
    assertThat(farm.backend("b1").load()).isBetween(35, 45);
  }

  @Test
  void leastLoadIsExactOnOneLoopWithinAThousandth() {
    PoolRig farm =
        PoolRig.of("balance: least-load", PoolRig.backends(20, "max-calls: 50"), "health: off");
    java.util.SplittableRandom random = new java.util.SplittableRandom(3);
    List<CallSlot> live = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      Backend picked = farm.picked(i, List.of());
      double least =
          farm.pool().backends().stream()
              .mapToDouble(each -> each.capacity().used())
              .min()
              .orElseThrow();
      assertThat(picked.capacity().used()).isEqualTo(least, within(0.001));
      live.add(picked.occupy(0));
      int ending = live.size() > 900 || random.nextInt(500) == 0 ? 500 : random.nextInt(3);
      for (int end = 0; end < ending && !live.isEmpty(); end++) {
        live.remove(random.nextInt(live.size())).release();
      }
    }
  }

  @Test
  void leastLoadLearnsOfHeartbeatsWithAsManyPicksAsThereAreBackends() {
    PoolRig farm = PoolRig.of("balance: least-load", PoolRig.backends(10, ""), "health: off");
    for (Backend backend : farm.pool().backends()) {
      backend.freeSwitch().onFigures(PoolRig.figures(500, 1000, 90, 0, 0, false));
    }
    farm.loop.runCommands();
    farm.picked(0, List.of());
    farm.backend("b4").freeSwitch().onFigures(PoolRig.figures(100, 1000, 90, 0, 0, false));
    farm.loop.runCommands();
    List<Backend> picked = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      picked.add(farm.picked(i, List.of()));
    }
    assertThat(picked.subList(10, 20)).containsOnly(farm.backend("b4"));
  }

  @Test
  void tiesAreDrawn() {
    PoolRig farm =
        PoolRig.of("balance: least-load", PoolRig.backends(4, "max-calls: 9"), "health: off");
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < 4000; i++) {
      counts.merge(farm.picked(i, List.of()).name(), 1, Integer::sum);
    }
    assertThat(counts)
        .hasSize(4)
        .allSatisfy((name, count) -> {
          assertThat(count).isBetween(850, 1150);
        });
  }

  private static List<CallSlot> calls(PoolRig farm, int count) {
    List<CallSlot> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      calls.add(farm.picked(i, List.of()).occupy(0));
    }
    return calls;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import static io.fairlead.pool.FakeProber.REFUSED;
import static io.fairlead.pool.FakeProber.SILENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.Meter;
import io.fairlead.observe.RefusalCause;
import io.fairlead.pool.blame.ResponseVerdict;
import io.fairlead.pool.health.HealthState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How backends come to be healthy, saturated, ejected or down, in virtual time. */
class HealthTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static PoolRig three(String... more) {
    return PoolRig.of(String.join("\n", more), PoolRig.backends(3, ""));
  }

  @Test
  void usesABackendBeforeItsFirstCheck() {
    PoolRig farm = three();
    assertThat(farm.prober.asked).isEmpty();
    assertThat(farm.pool().pick(0, 1, List.of())).isNotNull();
    assertThat(farm.backend("b1").health().reason()).isEqualTo("not checked yet");
  }

  @Test
  void checksEachBackendOncePerInterval() {
    PoolRig farm = three();
    farm.loop.advance(MINUTE);
    for (Backend backend : farm.pool().backends()) {
      assertThat(farm.prober.count(backend.name())).isBetween(11, 14);
    }
    assertThat(farm.meters.counter(Meter.POOL_CHECKS, "farm", "b1", "passed").value())
        .isEqualTo(farm.prober.count("b1"));
    assertThat(farm.backend("b1").latencyNs()).isEqualTo(1_000_000);
  }

  @Test
  void isDownAtOnceWhenTheFirstCheckEverIsNotAnswered() {
    PoolRig farm = three();
    farm.prober.answer("b1", SILENCE);
    farm.loop.advanceMs(1100);
    assertThat(farm.changes).containsExactly("b1 HEALTHY -> DOWN: no answer to 1 check");
  }

  @Test
  void isDownAfterThreeUnansweredChecksAndBackAfterTwoAnswered() {
    PoolRig farm = three();
    farm.loop.advanceMs(2000);
    farm.prober.answer("b2", SILENCE);
    farm.loop.advance(MINUTE);
    assertThat(farm.changes)
        .containsExactly(
            "b2 HEALTHY -> DEGRADED: no answer to 1 check",
            "b2 DEGRADED -> DOWN: no answer to 3 checks");
    farm.prober.answer("b2", 404);
    int before = farm.prober.count("b2");
    farm.loop.advanceMs(5000);
    assertThat(farm.changes).last().isEqualTo("b2 DOWN -> HEALTHY: answered 2 checks in a row");
    assertThat(farm.prober.count("b2") - before).isBetween(2, 3);
  }

  @Test
  void goesDownWithinSixteenSeconds() {
    PoolRig farm = three();
    farm.loop.advanceMs(2000);
    farm.prober.answer("b2", SILENCE);
    farm.loop.advance(Duration.ofSeconds(16));
    assertThat(farm.state("b2")).isEqualTo(HealthState.DOWN);
  }

  @Test
  void staysInUseWhenOneCheckIsLost() {
    PoolRig farm = three();
    farm.loop.advanceMs(2000);
    farm.prober.answer("b1", SILENCE);
    for (int i = 0; i < 70 && farm.state("b1") == HealthState.HEALTHY; i++) {
      farm.loop.advanceMs(100);
    }
    assertThat(farm.pool().available()).hasSize(3);
    farm.prober.answer("b1", 200);
    farm.loop.advance(MINUTE);
    assertThat(farm.changes)
        .containsExactly(
            "b1 HEALTHY -> DEGRADED: no answer to 1 check",
            "b1 DEGRADED -> HEALTHY: answers checks");
  }

  @Test
  void aSuccessForgetsEarlierSilence() {
    PoolRig farm = three();
    farm.loop.advanceMs(2000);
    for (int i = 0; i < 10; i++) {
      int before = farm.prober.count("b1");
      farm.prober.answer("b1", i % 3 == 2 ? 200 : SILENCE);
      for (int wait = 0; wait < 200 && farm.prober.count("b1") == before; wait++) {
        farm.loop.advanceMs(50);
      }
    }
    assertThat(farm.changes).noneMatch(change -> change.contains("DOWN"));
  }

  @Test
  void aRefusedCheckCountsAtOnce() {
    PoolRig farm = three();
    farm.loop.advanceMs(2000);
    farm.prober.answer("b1", REFUSED);
    farm.loop.advanceMs(5500);
    assertThat(farm.changes).containsExactly("b1 HEALTHY -> DOWN: connection refused");
  }

  @Test
  void aRefusedCallCountsAtOnceAndIsCheckedSoon() {
    PoolRig farm = three();
    farm.loop.advanceMs(2000);
    farm.backend("b1").unreachable("connection reset");
    farm.loop.runCommands();
    assertThat(farm.changes).containsExactly("b1 HEALTHY -> DOWN: connection reset");
    assertThat(farm.pool().available()).hasSize(2);
    farm.loop.advanceMs(4500);
    assertThat(farm.state("b1")).isEqualTo(HealthState.HEALTHY);
  }

  @Test
  void anyFinalAnswerIsASignOfLife() {
    PoolRig farm = three();
    farm.prober.answer("b1", 404);
    farm.prober.answer("b2", 486);
    farm.prober.answer("b3", 500);
    farm.loop.advance(MINUTE);
    assertThat(farm.changes).isEmpty();
  }

  @Test
  void aCheckAnswered503SaturatesAndIsRepeatedInSeconds() {
    PoolRig farm = three();
    farm.prober.answer("b1", 503);
    farm.loop.advanceMs(100);
    assertThat(farm.changes).containsExactly("b1 HEALTHY -> SATURATED: answered a check with 503");
    assertThat(farm.pool().available()).hasSize(2);
    farm.prober.answer("b1", 200);
    farm.loop.advanceMs(2300);
    assertThat(farm.state("b1")).isEqualTo(HealthState.HEALTHY);
  }

  @Test
  void isOverflowWhenAllAreSaturatedAndNoPanic() {
    PoolRig farm = three("retry-after: 7s");
    farm.pool().backends().forEach(each -> each.condition().noRoom("full"));
    assertThat(farm.pool().pick(0, 1, List.of())).isNull();
    assertThat(farm.pool().nobody(List.of())).isEqualTo(RefusalCause.OVERFLOW);
    assertThat(farm.pool().panicking()).isFalse();
    assertThat(farm.pool().retryAfterSeconds()).isEqualTo(7);
  }

  @Test
  void isOverflowWhenAllAreFull() {
    PoolRig farm = PoolRig.of(PoolRig.backends(2, "max-calls: 1"));
    farm.pool().backends().forEach(backend -> backend.occupy(0));
    assertThat(farm.pool().pick(0, 1, List.of())).isNull();
    assertThat(farm.pool().nobody(List.of())).isEqualTo(RefusalCause.OVERFLOW);
  }

  @Test
  void nobodyIsHealthyWhenAllWereTried() {
    PoolRig farm = three();
    assertThat(farm.pool().nobody(farm.pool().backends()))
        .isEqualTo(RefusalCause.NO_HEALTHY_BACKEND);
  }

  @Test
  void aCallAnswered503IsFollowedByLongerRestsUpToTheCap() {
    PoolRig farm = three("failover: {retry-after-max: 10s}");
    Backend b1 = farm.backend("b1");
    for (int seconds : new int[] {2, 4, 8, 10, 10}) {
      farm.failsAlone(b1, 503, "Retry-After: 300");
      assertThat(b1.health().state()).isEqualTo(HealthState.SATURATED);
      farm.loop.advanceMs(seconds * 1000 - 100);
      assertThat(b1.health().state()).as("%s s", seconds).isEqualTo(HealthState.SATURATED);
      farm.loop.advanceMs(200);
      assertThat(b1.health().state()).isEqualTo(HealthState.HEALTHY);
    }
    farm.answers(b1, 200);
    farm.failsAlone(b1, 503, "Retry-After: 1");
    assertThat(b1.health().state()).isEqualTo(HealthState.SATURATED);
    farm.loop.advanceMs(1100);
    assertThat(b1.health().state()).isEqualTo(HealthState.HEALTHY);
  }

  @Test
  void aFullBackendIsNeverEjected() {
    PoolRig farm = three();
    for (int i = 0; i < 50; i++) {
      farm.failsAlone(farm.backend("b1"), 503);
      farm.loop.advanceMs(20_000);
    }
    assertThat(farm.changes).noneMatch(change -> change.contains("EJECTED"));
  }

  @Test
  void ejectsAfterFiveServerErrorsInARow() {
    PoolRig farm = three();
    Backend b1 = farm.backend("b1");
    errors(farm, b1, 4);
    farm.answers(b1, 486);
    errors(farm, b1, 4);
    assertThat(farm.changes).isEmpty();
    errors(farm, b1, 1);
    assertThat(farm.changes)
        .containsExactly("b1 HEALTHY -> EJECTED: 5 requests in a row failed, not so elsewhere");
    farm.loop.advanceMs(29_900);
    assertThat(b1.health().state()).isEqualTo(HealthState.EJECTED);
    farm.loop.advanceMs(200);
    assertThat(b1.health().state()).isEqualTo(HealthState.HEALTHY);
  }

  @Test
  void outcomesOfTheUserAndOfTheRequestNeverEject() {
    PoolRig farm = three();
    for (int status : new int[] {401, 404, 407, 480, 486, 487, 488, 501, 505, 513, 600, 603}) {
      for (int i = 0; i < 20; i++) {
        farm.failsAlone(farm.backend("b1"), status);
      }
    }
    farm.loop.runCommands();
    assertThat(farm.changes).isEmpty();
  }

  @Test
  void ejectionsGrowLongerUpToTheCapAndAreForgivenInTime() {
    PoolRig farm = three("outlier-detection: {base-ejection-time: 10s, max-ejection-time: 25s}");
    Backend b1 = farm.backend("b1");
    for (int seconds : new int[] {10, 20, 25, 25}) {
      assertThat(ejectedSeconds(farm, b1)).isEqualTo(seconds);
    }
    farm.loop.advance(Duration.ofMinutes(2));
    assertThat(ejectedSeconds(farm, b1)).isEqualTo(10);
  }

  private static long ejectedSeconds(PoolRig farm, Backend backend) {
    errors(farm, backend, 5);
    long from = farm.loop.elapsedMs();
    while (backend.health().state() == HealthState.EJECTED) {
      farm.loop.advanceMs(100);
    }
    return (farm.loop.elapsedMs() - from) / 1000;
  }

  private static void errors(PoolRig farm, Backend backend, int count) {
    for (int i = 0; i < count; i++) {
      FakeRequest request = farm.request("bob");
      request.asks(backend).says(100).says(500);
      Backend other =
          farm.pool().backends().stream().filter(each -> each != backend).findAny().orElseThrow();
      request.asks(other).says(100).says(180).says(200);
      request.ends();
    }
  }

  @Test
  void silentCallsEjectAfterThreeAndAProvisionalAnswerForgivesThem() {
    PoolRig farm = three();
    Backend b1 = farm.backend("b1");
    b1.outcomes().silent();
    b1.outcomes().silent();
    farm.request("bob").asks(b1).says(100);
    b1.outcomes().silent();
    b1.outcomes().silent();
    farm.loop.runCommands();
    assertThat(farm.changes).isEmpty();
    b1.outcomes().silent();
    farm.loop.runCommands();
    assertThat(farm.changes)
        .containsExactly("b1 HEALTHY -> EJECTED: 3 requests in a row got no answer");
  }

  @Test
  void neverEjectsMoreThanHalfButAlwaysMayOne() {
    PoolRig farm = PoolRig.of(PoolRig.backends(5, ""));
    farm.pool().backends().forEach(backend -> charges(farm, backend));
    assertThat(farm.changes).hasSize(2).allMatch(change -> change.contains("EJECTED"));
    PoolRig two =
        PoolRig.of("outlier-detection: {max-ejection-percent: 10%}", PoolRig.backends(2, ""));
    two.pool().backends().forEach(backend -> charges(two, backend));
    assertThat(two.changes).hasSize(1);
  }

  private static void charges(PoolRig farm, Backend backend) {
    for (int i = 0; i < 5; i++) {
      backend.outcomes().charged(ResponseVerdict.FAILED, 0, 0);
    }
    farm.loop.runCommands();
  }

  @Test
  void withoutChecksARefusedCallEjects() {
    PoolRig farm = three("health: off");
    farm.backend("b1").unreachable("connection refused");
    farm.loop.advance(Duration.ofSeconds(29));
    assertThat(farm.changes).containsExactly("b1 HEALTHY -> EJECTED: connection refused");
    farm.loop.advance(Duration.ofSeconds(2));
    assertThat(farm.state("b1")).isEqualTo(HealthState.HEALTHY);
    assertThat(farm.prober.asked).isEmpty();
  }

  @Test
  void withoutChecksAndDetectionNothingChangesHealth() {
    PoolRig farm = three("health: off", "outlier-detection: off");
    farm.backend("b1").unreachable("connection refused");
    errors(farm, farm.backend("b1"), 50);
    farm.loop.advance(MINUTE);
    assertThat(farm.changes).isEmpty();
  }

  @Test
  void ordersOutrankChecksAndEndWithReady() {
    PoolRig farm = three();
    Backend b1 = farm.backend("b1");
    CallSlot call = b1.occupy(0);
    b1.drain();
    farm.loop.runCommands();
    assertThat(b1.health().state()).isEqualTo(HealthState.DRAINING);
    assertThat(farm.pool().available()).hasSize(2).doesNotContain(b1);
    assertThat(call.live()).isTrue();
    b1.maintenance();
    farm.prober.answer("b1", SILENCE);
    farm.loop.advance(MINUTE);
    assertThat(b1.health().state()).isEqualTo(HealthState.MAINTENANCE);
    b1.ready();
    farm.loop.runCommands();
    assertThat(b1.health().state()).isEqualTo(HealthState.DOWN);
    assertThat(b1.health().reason()).startsWith("no answer to ");
  }

  @Test
  void panicsBelowHalfAndThenUsesDoubtedOnesLast() {
    PoolRig farm = PoolRig.of(PoolRig.backends(4, ""));
    farm.loop.advanceMs(2000);
    down(farm, "b1");
    down(farm, "b2");
    assertThat(farm.pool().panicking()).isFalse();
    assertThat(farm.pool().pick(0, 1, List.of(farm.backend("b3"), farm.backend("b4")))).isNull();
    down(farm, "b3");
    assertThat(farm.pool().panicking()).isTrue();
    assertThat(farm.panics).containsExactly(true);
    for (long key = 0; key < 50; key++) {
      assertThat(farm.picked(key, List.of()).name()).isEqualTo("b4");
    }
    farm.backend("b1").maintenance();
    farm.loop.runCommands();
    assertThat(farm.picked(1, List.of(farm.backend("b4"))).name()).isIn("b2", "b3");
    farm.loop.advance(MINUTE);
    assertThat(farm.panics).containsExactly(true, false);
  }

  private static void down(PoolRig farm, String name) {
    farm.backend(name).unreachable("connection refused");
    farm.loop.runCommands();
  }

  @Test
  void anUnresolvedNameIsDownWithTheReasonAndNeverPicked() {
    PoolRig farm = PoolRig.of("backends: ['sip:fs.invalid', 'sip:10.0.0.2']");
    Backend named = farm.backend("fs.invalid:5060");
    Backend other = farm.backend("10.0.0.2:5060");
    assertThat(named.address()).isNull();
    assertThat(farm.changes)
        .containsExactly("fs.invalid:5060 HEALTHY -> DOWN: cannot resolve fs.invalid");
    assertThat(farm.pool().pick(0, 1, List.of(other))).isNull();
  }
}

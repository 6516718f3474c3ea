// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.FailureBlame;
import io.fairlead.observe.Meter;
import io.fairlead.pool.blame.ResponseVerdict;
import io.fairlead.pool.health.HealthState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose fault a failed request is, and what follows. */
class BlameTest {
  private static final String REASON = "Reason: Q.850;cause=41";
  private static final String FULL = "Retry-After: 300";

  private final PoolRig farm = PoolRig.of("health: off", PoolRig.backends(3, ""));
  private final Backend b1 = farm.backend("b1");
  private final Backend b2 = farm.backend("b2");
  private final Backend b3 = farm.backend("b3");

  private long faults(Backend backend, FailureBlame blame) {
    return farm.meters
        .counter(Meter.POOL_FAULTS, "farm", backend.name(), blame.fault(), blame.evidence())
        .value();
  }

  private boolean charged(Backend backend) {
    return faults(backend, FailureBlame.BETTER_ELSEWHERE) > 0;
  }

  // ---- the same request at several ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // what b1 says | what b2 says | whether b1 is to blame
        "503 Retry-After: 300 | 100 | yes",
        "503 Retry-After: 300 | 183 | yes",
        "503 Retry-After: 300 | 407 | yes",
        "503 Retry-After: 300 | 486 | yes",
        "100, 503 Retry-After: 300 | 100 | no",
        "503 | 100 | no",
        "503 | 180 | yes",
        "503 | 200 | yes",
        "503 | 404 | yes",
        "503 | 603 | yes",
        "503 | 407 | no",
        "503 | 408 | no",
        "503 | 487 | no",
        "503 | 501 | no",
        "100, 500 | 100 | no",
        "100, 500 | 100, 180 | yes",
        "100, 500 | 100, 183 | no",
        "100, 180, 500 | 100, 180 | no",
        "100, 180, 183, 500 | 100, 180 | no",
        "100, 183, 500 | 100, 180 | yes",
        "100, 183, 500 | 100, 183 | no",
        "100, 183, 500 | 100, 183, 486 | yes",
        "100, 502 Reason: Q.850;cause=38 | 100, 200 | yes",
        "100, 503 Reason: Q.850;cause=34 | 100, 503 Reason: Q.850;cause=34 | no",
        "503 Retry-After: 300 | 503 Retry-After: 300 | no",
        "500 | 502 | no",
        "504 | 503 | no",
      })
  void theOneThatFailedIsToBlameWhenAnotherDidBetter(String first, String second, String blamed) {
    FakeRequest request = farm.request("bob");
    say(request.asks(b1), first);
    say(request.asks(b2), second);

    assertThat(charged(b1)).isEqualTo(blamed.equals("yes"));
    assertThat(charged(b2)).isFalse();
  }

  private static void say(FakeRequest.At at, String answers) {
    for (String answer : answers.split(", ")) {
      String[] parts = answer.split(" ", 2);
      at.says(Integer.parseInt(parts[0]), parts.length == 1 ? new String[0] : parts[1].split("\n"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"503", "503 Retry-After: 300", "503 " + REASON, "500", "502", "504"})
  void whatFailsEverywhereIsTheCallsFaultHoweverOften(String answer) {
    for (int i = 0; i < 50; i++) {
      FakeRequest request = farm.request("dead");
      farm.pool().backends().forEach(each -> say(request.asks(each), answer));
      assertThat(request.ends()).isEqualTo(FailureBlame.FAILED_EVERYWHERE);
    }
    assertThat(farm.changes).isEmpty();
    assertThat(faults(b2, FailureBlame.FAILED_EVERYWHERE)).isEqualTo(50);
  }

  @Test
  void oneThatFailsLateIsComparedWithWhatOthersSaidBefore() {
    FakeRequest request = farm.request("bob");
    FakeRequest.At late = request.asks(b1);
    request.asks(b3).says(503);
    request.asks(b2).says(200);
    assertThat(request.ends()).isEqualTo(FailureBlame.BETTER_ELSEWHERE);
    late.says(503);
    assertThat(charged(b1)).isTrue();
    assertThat(charged(b3)).isTrue();
    assertThat(charged(b2)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void aFailureWithAReasonNeverMeansThatItIsFull(int status) {
    for (int i = 0; i < 4; i++) {
      farm.failsAlone(b1, status, REASON, FULL);
    }
    assertThat(farm.changes).isEmpty();
    farm.failsAlone(b1, status, REASON, FULL);
    assertThat(farm.changes)
        .containsExactly("b1 HEALTHY -> EJECTED: 5 requests in a row failed, not so elsewhere");
  }

  // ---- with nobody else asked ----

  private void fails(Backend backend, String destination, int status, String... headers) {
    FakeRequest request = farm.request(destination);
    request.asks(backend).says(status, headers);
    assertThat(request.ends()).isEqualTo(FailureBlame.NOT_COMPARED);
  }

  private void serves(Backend backend, String destination, int status) {
    FakeRequest request = farm.request(destination);
    request.asks(backend).says(100).says(status);
    request.ends();
  }

  @ParameterizedTest
  @CsvSource({
    "500,X: y,EJECTED",
    "502,X: y,EJECTED",
    "504,Reason: Q.850;cause=102,EJECTED",
    "503,Reason: Q.850;cause=41,EJECTED",
    "503,Retry-After: 300,SATURATED",
    "503,X: y,SATURATED",
  })
  void aRunOverDifferentDestinationsThatOthersServeCharges(
      int status, String header, HealthState state) {
    for (int i = 0; i < 5; i++) {
      assertThat(b1.health().state()).isEqualTo(HealthState.HEALTHY);
      fails(b1, "user" + i, status, header);
      serves(b2, "other" + i, i % 2 == 0 ? 200 : 486);
    }
    assertThat(b1.health().state()).isEqualTo(state);
    long run = faults(b1, FailureBlame.DESTINATIONS) + faults(b1, FailureBlame.NO_ROOM);
    assertThat(run).isPositive();
  }

  @Test
  void oneDestinationCountsOnceHoweverOftenItFails() {
    for (int i = 0; i < 100; i++) {
      fails(b1, i % 2 == 0 ? "dead" : "deader", 503, REASON);
      serves(b2, "other", 200);
    }
    assertThat(farm.changes).isEmpty();
  }

  @Test
  void oneDestinationThatAnotherServesMeanwhileCountsEachTime() {
    for (int i = 0; i < 5; i++) {
      fails(b1, "5000", 503, REASON);
      serves(b2, "5000", 200);
    }
    assertThat(b1.health().state()).isEqualTo(HealthState.EJECTED);
  }

  @Test
  void aRunIsBrokenByWhatIsServed() {
    for (int i = 0; i < 100; i++) {
      fails(b1, "user" + i, 500);
      serves(b2, "other", 200);
      if (i % 4 == 3) {
        serves(b1, "bob", i % 8 == 3 ? 486 : 200);
      }
    }
    assertThat(farm.changes).isEmpty();
  }

  @Test
  void challengesDoNotBreakARun() {
    for (int i = 0; i < 5; i++) {
      FakeRequest request = farm.request("user" + i);
      request.asks(b1).says(407);
      fails(b1, "user" + i, 500);
      serves(b2, "other", 200);
    }
    assertThat(b1.health().state()).isEqualTo(HealthState.EJECTED);
  }

  @Test
  void aRunThatTheOthersHaveTooIsNobodysFault() {
    for (int i = 0; i < 100; i++) {
      for (Backend each : farm.pool().backends()) {
        fails(each, "user" + i + each, 503, REASON);
      }
    }
    assertThat(farm.changes).isEmpty();
  }

  @Test
  void aRunThatMayBeChanceWhereManyCallsFailIsLonger() {
    for (int i = 0; i < 100; i++) {
      serves(b2, "other" + i, 200);
      fails(b2, "dead" + i, 504);
    }
    for (int i = 0; i < 15; i++) {
      fails(b1, "user" + i, 504);
      assertThat(b1.health().state()).isEqualTo(HealthState.HEALTHY);
    }
    for (int i = 15; i < 32; i++) {
      fails(b1, "user" + i, 504);
      serves(b2, "other" + i, 200);
    }
    assertThat(b1.health().state()).isEqualTo(HealthState.EJECTED);
  }

  @Test
  void withNobodyToCompareWithNobodyIsCharged() {
    for (int i = 0; i < 100; i++) {
      fails(b1, "user" + i, 500);
    }
    assertThat(farm.changes).isEmpty();
    PoolRig single = PoolRig.of("health: off", PoolRig.backends(1, ""));
    for (int i = 0; i < 100; i++) {
      FakeRequest request = single.request("user" + i);
      request.asks(single.backend("b1")).says(503, i % 2 == 0 ? REASON : "X: y");
      request.ends();
    }
    assertThat(single.changes).isEmpty();
  }

  @Test
  void oneThatAttractsAllCallsBecauseItFailsThemIsFoundByHowTheOthersWereBefore() {
    for (int i = 0; i < 50; i++) {
      serves(b2, "other" + i, 200);
    }
    farm.loop.advance(Duration.ofSeconds(20));
    for (int i = 0; i < 8; i++) {
      fails(b1, "user" + i, 500);
    }
    assertThat(b1.health().state()).isEqualTo(HealthState.EJECTED);
  }

  @Test
  void aFullFarmIsBelievedWhenItRefusesDifferentDestinations() {
    for (int i = 0; i < 5; i++) {
      assertThat(farm.changes).isEmpty();
      FakeRequest request = farm.request("user" + i);
      farm.pool().backends().forEach(each -> request.asks(each).says(503, FULL));
      request.ends();
    }
    assertThat(farm.changes)
        .hasSize(3)
        .allMatch(change -> change.contains("SATURATED: answered calls to different destinations"));
    assertThat(faults(b3, FailureBlame.NO_ROOM)).isEqualTo(1);
  }

  // ---- when nobody else is left ----

  private void refuses(Backend backend) {
    backend.outcomes().charged(ResponseVerdict.OVERLOAD, 300, 0);
    farm.loop.runCommands();
    assertThat(backend.health().state()).isEqualTo(HealthState.SATURATED);
    farm.loop.advanceMs(1);
  }

  @Test
  void theOneRefusedLongestAgoIsAskedAndComesBackWithItsFirstGoodAnswer() {
    refuses(b2);
    refuses(b3);
    farm.loop.advanceMs(100);
    refuses(b1);
    assertThat(farm.picked(1, List.of())).isSameAs(b2);
    assertThat(farm.picked(1, List.of(b2))).isSameAs(b3);

    FakeRequest request = farm.request("bob");
    request.asks(b2).says(503, FULL);
    request.asks(b3).says(100);
    request.ends();
    assertThat(b3.health().state()).isEqualTo(HealthState.HEALTHY);
    assertThat(farm.picked(1, List.of())).isSameAs(b3);
    farm.backend("b3").condition().noRoom("full");
    assertThat(farm.picked(1, List.of())).as("refused before b2 was again").isSameAs(b1);
  }

  @Test
  void aCallThatWasThereBeforeItRefusedDoesNotBringItBack() {
    FakeRequest before = farm.request("bob");
    FakeRequest.At at = before.asks(b1).says(180);
    farm.loop.advanceMs(1);
    refuses(b1);
    at.says(200);
    assertThat(b1.health().state()).isEqualTo(HealthState.SATURATED);
  }

  @Test
  void aRefusalThatSaysNothingOfRoomNeedsMoreThanATryingToBeForgotten() {
    farm.failsAlone(b1, 503);
    farm.loop.advanceMs(1);
    FakeRequest request = farm.request("bob");
    FakeRequest.At at = request.asks(b1).says(100);
    assertThat(b1.health().state()).isEqualTo(HealthState.SATURATED);
    at.says(486);
    assertThat(b1.health().state()).isEqualTo(HealthState.HEALTHY);
  }

  @Test
  void noMoreThanTrialCallsWaitForItsAnswer() {
    farm.reload("health: off", "trial-calls: 2", PoolRig.backends(3, ""));
    farm.pool().backends().forEach(this::refuses);
    FakeRequest request = farm.request("bob");
    FakeRequest.At first = request.asks(b1);
    request.asks(b1);
    assertThat(farm.picked(1, List.of())).isSameAs(b2);
    request.asks(b2);
    request.asks(b2);
    request.asks(b3);
    request.asks(b3);
    assertThat(farm.pool().pick(0, 1, List.of())).isNull();
    first.says(503);
    assertThat(farm.picked(1, List.of())).isSameAs(b1);
  }

  @Test
  void onlyAnswersToCallsAreABelief() {
    farm.pool().backends().forEach(this::refuses);
    b1.drain();
    b2.condition().noRoom("paused");
    b3.condition().leaving("shuts down");
    farm.loop.runCommands();
    assertThat(farm.pool().pick(0, 1, List.of())).isNull();
    b2.condition().noRoom(null);
    assertThat(farm.picked(1, List.of())).isSameAs(b2);
    b2.condition().onUnreachable("refused");
    assertThat(b2.condition().out()).isFalse();
    b3.condition().leaving(null);
    assertThat(farm.picked(1, List.of(b1, b2))).isSameAs(b3);
  }

  @Test
  void anEjectedOneIsAskedTooThoughThereIsNoPanic() {
    farm.reload("health: off", "panic-threshold: 0%", PoolRig.backends(3, ""));
    for (int i = 0; i < 5; i++) {
      farm.failsAlone(b1, 500);
    }
    b2.drain();
    b3.drain();
    farm.loop.advanceMs(1);
    assertThat(b1.health().state()).isEqualTo(HealthState.EJECTED);
    assertThat(farm.picked(1, List.of())).isSameAs(b1);
    serves(b1, "bob", 200);
    assertThat(b1.health().state()).isEqualTo(HealthState.HEALTHY);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.Meter;
import io.fairlead.pool.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What becomes of calls when backends have no room now: max-cps with its queue, resources. */
class RoomScenarioTest {
  private static final String LISTENERS = "listeners: [udp://203.0.113.10:5060]\n";

  private static ServerRig rig(String pool, String each, String route) {
    StringBuilder text = new StringBuilder(LISTENERS).append("pools:\n  farm:\n    health: off\n");
    text.append("    balance: priority\n").append(pool).append("    backends:\n");
    for (int i = 1; i <= 3; i++) {
      text.append("      - { name: b").append(i).append(", uri: 'sip:10.0.0.").append(i);
      text.append("'").append(each).append(" }\n");
    }
    text.append("routes:\n  - { name: all, to: farm").append(route).append(" }\n");
    return quick(text.toString());
  }

  private static ServerRig quick(String yaml) {
    ServerRig rig = ServerRig.of(1, 1, yaml);
    rig.backends.forEach(backend -> backend.script = in -> in.answer(200));
    return rig;
  }

  private static List<Leg> calls(ServerRig rig, int count) {
    List<Leg> legs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      legs.add(rig.phone().invite());
    }
    return legs;
  }

  private static long answered(List<Leg> legs, int status) {
    return legs.stream()
        .map(leg -> leg.last("INVITE"))
        .filter(last -> last != null && last.status() == status)
        .count();
  }

  @Test
  void givesCallsToBackendsWithAPlaceNowBeforeAnyWaits() {
    ServerRig rig = rig("", ", max-cps: 10", "");
    List<Leg> legs = calls(rig, 3);
    rig.net.runMs(20);

    assertThat(answered(legs, 200)).isEqualTo(3);
    assertThat(rig.backends).allMatch(backend -> backend.requests("INVITE") == 1);
    legs.forEach(Leg::bye);
    rig.assertEmpty();
  }

  @Test
  void spreadsABurstInTimeAndRefusesWhatWouldWaitLongerThanTheQueue() {
    ServerRig rig = rig("    cps-queue: 250ms\n", ", max-cps: 10", "");
    List<Leg> legs = calls(rig, 10);
    rig.net.runMs(20);
    assertThat(answered(legs, 200)).isEqualTo(3);
    assertThat(answered(legs, 503)).isEqualTo(1);
    assertThat(answered(legs, 100)).isEqualTo(6);
    assertThat(rig.house.unfinished()).isEqualTo(6);
    rig.net.runMs(100);
    assertThat(answered(legs, 200)).isEqualTo(6);
    rig.net.runMs(100);
    assertThat(answered(legs, 200)).isEqualTo(9);

    Leg refused = legs.getLast();
    assertThat(refused.last("INVITE").all("Retry-After")).hasSize(1);
    assertThat(rig.meters.counter(Meter.POOL_NOBODY, "farm", "UO").value()).isEqualTo(1);
    legs.subList(0, 9).forEach(Leg::bye);
    rig.assertEmpty();
    assertThat(rig.logs()).filteredOn(line -> line.contains("status=503 flag=UO")).hasSize(1);
  }

  @Test
  void aCallerWhoCancelsWhileWaitingGets487AndNothingIsSent() {
    ServerRig rig = rig("", ", max-cps: 3", "");
    List<Leg> legs = calls(rig, 4);
    rig.net.runMs(20);
    Leg waiting = legs.getLast();
    assertThat(waiting.last("INVITE").status()).isEqualTo(100);
    waiting.cancel();
    rig.net.runMs(2000);

    assertThat(waiting.last("CANCEL").status()).isEqualTo(200);
    assertThat(waiting.last("INVITE").status()).isEqualTo(487);
    assertThat(rig.backends).allMatch(backend -> backend.requests("INVITE") == 1);
    legs.subList(0, 3).forEach(Leg::bye);
    rig.assertEmpty();
  }

  @Test
  void aCallThatCancelsInTheQueueAfterAFailureGets487Too() {
    ServerRig rig = rig("", ", max-cps: 3", "");
    rig.backend(1).says(500);
    rig.backend(2).says(500);
    List<Leg> legs = calls(rig, 3);
    rig.net.runMs(60);
    Leg waiting = legs.getFirst();
    assertThat(waiting.last("INVITE").status()).isEqualTo(100);
    waiting.cancel();
    rig.net.runMs(1000);

    assertThat(waiting.last("INVITE").status()).isEqualTo(487);
    rig.settle();
    assertThat(rig.house.unfinished()).isZero();
  }

  @Test
  void choosesAnewWhenTheBackendWaitedForTakesNoMoreCalls() {
    ServerRig rig = rig("", ", max-cps: 3", "");
    List<Leg> legs = calls(rig, 4);
    rig.net.runMs(20);
    backend(rig, 1).drain();
    rig.net.runMs(1000);

    assertThat(answered(legs, 200)).isEqualTo(4);
    assertThat(rig.backend(1).requests("INVITE")).isEqualTo(1);
    assertThat(rig.backend(2).requests("INVITE")).isEqualTo(2);
    legs.forEach(Leg::bye);
    rig.assertEmpty();
  }

  @Test
  void onlyCallsCountForMaxCps() {
    ServerRig rig = rig("    cps-queue: 0s\n", ", max-cps: 1", "");
    FakePhone phone = rig.phone();
    for (int i = 0; i < 9; i++) {
      phone.begin("MESSAGE");
    }
    rig.net.runMs(20);
    assertThat(rig.backend(1).requests("MESSAGE")).isEqualTo(9);

    List<Leg> legs = calls(rig, 4);
    rig.net.runMs(20);
    assertThat(answered(legs, 200)).isEqualTo(3);
    assertThat(answered(legs, 503)).isEqualTo(1);
    legs.subList(0, 3).forEach(Leg::bye);
    rig.assertEmpty();
  }

  @Test
  void aCallTakesOneOfItsResourceUntilItEnds() {
    ServerRig rig = resources();
    List<Leg> legs = calls(rig, 4);
    rig.net.runMs(20);

    assertThat(rig.backend(1).requests("INVITE")).as("it has none").isZero();
    assertThat(backend(rig, 2).resources().taken("conference")).isEqualTo(1);
    assertThat(backend(rig, 3).resources().taken("conference")).isEqualTo(2);
    assertThat(legs.getLast().last("INVITE").status()).isEqualTo(503);
    assertThat(rig.meters.counter(Meter.POOL_NOBODY, "farm", "UO").value()).isEqualTo(1);

    legs.getFirst().bye();
    rig.net.runMs(20);
    Leg next = rig.phone().invite();
    rig.net.runMs(20);
    assertThat(next.last("INVITE").status()).isEqualTo(200);
    next.bye();
    legs.subList(1, 3).forEach(Leg::bye);
    rig.assertEmpty();
    assertThat(backend(rig, 2).resources().taken("conference")).isZero();
    assertThat(backend(rig, 3).resources().taken("conference")).isZero();
  }

  @Test
  void aCallThatGoesToTheNextBackendGivesItsResourceBack() {
    ServerRig rig = resources();
    rig.backend(2).says(503);
    Leg leg = rig.phone().invite();
    rig.net.runMs(20);

    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    assertThat(backend(rig, 2).resources().taken("conference")).isZero();
    assertThat(backend(rig, 3).resources().taken("conference")).isEqualTo(1);
    leg.bye();
    rig.assertEmpty();
    assertThat(backend(rig, 3).resources().taken("conference")).isZero();
  }

  @Test
  void aLateAnswerTakesTheResourceOfItsBackend() {
    ServerRig rig = resources();
    rig.backend(2).script = in -> in.answerAfter(2100, 200);
    rig.backend(3).rings();
    Leg leg = rig.phone().invite();
    rig.net.runMs(3000);

    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    assertThat(backend(rig, 2).resources().taken("conference")).isEqualTo(1);
    assertThat(backend(rig, 3).resources().taken("conference")).isZero();
    leg.bye();
    rig.assertEmpty();
    assertThat(backend(rig, 2).resources().taken("conference")).isZero();
  }

  private static ServerRig resources() {
    return quick(
        LISTENERS
            + """
            pools:
              farm:
                health: off
                balance: priority
                backends:
                  - { name: b1, uri: "sip:10.0.0.1" }
                  - { name: b2, uri: "sip:10.0.0.2", resources: { conference: 1 } }
                  - { name: b3, uri: "sip:10.0.0.3", resources: { conference: 2, fax: 1 } }
            routes:
              - { name: all, to: farm, resource: conference }
            """);
  }

  private static Backend backend(ServerRig rig, int number) {
    return Objects.requireNonNull(rig.house.pools().all().iterator().next().backend("b" + number));
  }
}

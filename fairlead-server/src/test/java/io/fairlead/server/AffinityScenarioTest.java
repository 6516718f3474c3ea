// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.Meter;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import io.fairlead.pool.RoomDirectory;
import io.fairlead.pool.affinity.AffinityTable;
import io.fairlead.pool.freeswitch.RoomReport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls to one room meet on one backend, whatever happens to the backends meanwhile. */
class AffinityScenarioTest {
  private ServerRig rig = ServerRig.serial();

  private void house(int loops, String affinity, String... pool) {
    List<String> lines = new ArrayList<>(List.of(pool));
    lines.add("esl: { password: secret }");
    String yaml = ServerRig.farmYaml(lines.toArray(String[]::new));
    String route = "to: farm, affinity: { " + affinity + " } }";
    rig = ServerRig.of(7, loops, yaml.replace("to: farm }", route));
  }

  private Pool pool() {
    return Objects.requireNonNull(rig.house.pools().get("farm"));
  }

  private Backend backend(int number) {
    return Objects.requireNonNull(pool().backend("b" + number));
  }

  private AffinityTable residences() {
    return pool().residences("farm");
  }

  private Leg dial(String room, String... headers) {
    FakePhone phone = rig.phone();
    Leg leg = phone.leg("sip:" + room + "@example.com");
    phone.request(leg, "INVITE", leg.cseq, headers);
    return leg;
  }

  private Leg join(String room) {
    Leg leg = dial(room);
    rig.net.runMs(150);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    return leg;
  }

  /** The number of the backend that has the call's dialog, 0 for none. */
  private int at(Leg leg) {
    for (int i = 1; i <= 3; i++) {
      if (rig.backend(i).legs.containsKey(leg.callId)) {
        return i;
      }
    }
    return 0;
  }

  private static int other(int not) {
    return not == 1 ? 2 : 1;
  }

  private void order(Runnable change) {
    rig.net.loops().getFirst().execute(change);
    rig.net.runMs(10);
  }

  private void kill(int number) {
    rig.net.close(VirtualNet.at("10.0.0." + number, 5060));
    order(() -> backend(number).condition().onUnreachable("killed"));
  }

  private void comesBack(int number) {
    rig.net.open(VirtualNet.at("10.0.0." + number, 5060), rig.backend(number));
    order(() -> backend(number).condition().onUnchecked());
  }

  private RoomDirectory.Room tells(String room, int number) {
    RoomDirectory.Room told =
        new RoomDirectory.Room(RoomReport.Kind.CONFERENCE, room, room, backend(number), 1);
    pool().backends().forEach(each -> pool().rooms().remove(each, room));
    pool().rooms().put(told);
    return told;
  }

  private long joins(String how) {
    return rig.meters.counter(Meter.POOL_JOINS, "farm", "farm", how).value();
  }

  private void allGone() {
    rig.assertEmpty();
    assertThat(residences().held()).isZero();
  }

  // ---- where a key lives ----

  @ParameterizedTest
  @ValueSource(strings = {"rendezvous", "discovered", "sticky"})
  void callersOfOneRoomMeetAndRoomsSpread(String mode) {
    house(1, "mode: " + mode);
    Set<Integer> used = new HashSet<>();
    List<Leg> all = new ArrayList<>();
    for (int room = 0; room < 30; room++) {
      Leg first = join("35" + room);
      Leg second = join("35" + room);
      assertThat(at(second)).isEqualTo(at(first));
      used.add(at(first));
      all.add(first);
      all.add(second);
    }
    assertThat(used).containsExactlyInAnyOrder(1, 2, 3);
    assertThat(residences().held()).isEqualTo(30);
    assertThat(joins("new")).isEqualTo(30);
    assertThat(joins("home")).isEqualTo(30);
    all.forEach(Leg::bye);
    allGone();
  }

  @Test
  void twoFirstCallersAtOnceOnTwoLoopsMeet() {
    house(3, "mode: sticky", "balance: round-robin");
    for (int room = 0; room < 40; room++) {
      List<Leg> crowd = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        crowd.add(dial("35" + room));
      }
      rig.net.runMs(200);
      assertThat(crowd.stream().map(this::at).distinct()).hasSize(1);
      crowd.forEach(Leg::bye);
    }
    allGone();
  }

  @Test
  void aRequestWithoutTheKeyIsBalancedAsUsual() {
    house(1, "key: 'user:conf-([0-9]+)', mode: sticky", "balance: round-robin");
    Set<Integer> used = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      used.add(at(join("3500")));
    }
    assertThat(used).hasSize(3);
    assertThat(residences().size()).isZero();
    assertThat(at(join("conf-1"))).isEqualTo(at(join("conf-1")));
  }

  @Test
  void whoDropsAndDialsAgainFindsTheSameBackendForAWhile() {
    house(1, "mode: sticky, linger: 5s", "balance: round-robin");
    Leg first = join("3500");
    first.bye();
    rig.net.runMs(4000);
    assertThat(residences().held()).isZero();
    assertThat(residences().size()).isEqualTo(1);
    Leg again = join("3500");
    assertThat(at(again)).isEqualTo(at(first));
    again.bye();
    rig.net.runMs(6000);
    assertThat(at(join("3500"))).isNotEqualTo(at(first));
  }

  @Test
  void keysAreBoundedAndTheOldestIdleMakesRoom() {
    house(1, "mode: sticky, max-keys: 2, linger: 1h", "balance: round-robin");
    Leg kept = join("1");
    join("2").bye();
    rig.net.runMs(100);
    join("3");
    assertThat(residences().size()).isEqualTo(2);
    Leg unkept = join("4");
    assertThat(joins("unkept")).isEqualTo(1);
    assertThat(at(unkept)).isPositive();
    assertThat(residences().size()).isEqualTo(2);
    assertThat(at(join("1"))).isEqualTo(at(kept));
  }

  @Test
  void otherRequestsFollowTheRoomWithoutHoldingIt() {
    house(1, "mode: sticky", "balance: round-robin");
    Leg call = join("3500");
    for (int i = 0; i < 4; i++) {
      FakePhone phone = rig.phone();
      Leg leg = phone.leg("sip:3500@example.com");
      phone.request(leg, "SUBSCRIBE", leg.cseq, "Event: conference");
      rig.net.runMs(50);
      assertThat(at(leg)).isEqualTo(at(call));
    }
    call.bye();
    rig.net.runMs(50);
    assertThat(residences().held()).isZero();
  }

  // ---- drained, dead, back ----

  @ParameterizedTest
  @ValueSource(strings = {"rendezvous", "discovered", "sticky"})
  void aDrainedBackendKeepsItsRoomsAndGetsNoNewOnes(String mode) {
    house(1, "mode: " + mode + ", linger: 0s");
    Leg first = join("3500");
    int home = at(first);
    order(backend(home)::drain);
    Leg second = join("3500");
    assertThat(at(second)).isEqualTo(home);
    for (int room = 0; room < 20; room++) {
      assertThat(at(join("36" + room))).isNotEqualTo(home);
    }
    first.bye();
    rig.net.runMs(100);
    assertThat(at(join("3500"))).isEqualTo(home);
  }

  @Test
  void aRoomThatEndedOnADrainedBackendOpensElsewhere() {
    house(1, "mode: rendezvous");
    Leg first = join("3500");
    order(backend(at(first))::drain);
    first.bye();
    rig.net.runMs(100);
    Leg second = join("3500");
    assertThat(at(second)).isNotEqualTo(at(first)).isPositive();
    order(backend(at(first))::ready);
    assertThat(at(join("3500"))).isEqualTo(at(second));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rendezvous", "discovered", "sticky"})
  void aRoomMovesWithItsHomesDeathAndStaysWhenThatReturns(String mode) {
    house(1, "mode: " + mode);
    int home = at(join("3500"));
    kill(home);
    Leg moved = join("3500");
    assertThat(at(moved)).isNotEqualTo(home).isPositive();
    assertThat(joins("rehomed")).isEqualTo(1);
    comesBack(home);
    for (int i = 0; i < 5; i++) {
      assertThat(at(join("3500"))).isEqualTo(at(moved));
    }
    assertThat(joins("rehomed")).isEqualTo(1);
  }

  @Test
  void aBackendThatDiesWhileDrainedIsDead() {
    house(1, "mode: rendezvous");
    int home = at(join("3500"));
    order(backend(home)::drain);
    kill(home);
    assertThat(at(join("3500"))).isNotEqualTo(home).isPositive();
  }

  @Test
  void aRoomIsRefusedUntilItsHomeIsBackWhenToldSo() {
    house(1, "mode: rendezvous, on-failure: reject");
    int home = at(join("3500"));
    kill(home);
    Leg refused = dial("3500");
    rig.net.runMs(100);
    assertThat(refused.last("INVITE").status()).isEqualTo(503);
    assertThat(refused.last("INVITE").all("Retry-After")).hasSize(1);
    assertThat(rig.logs().getLast()).contains("status=503 flag=OD");
    assertThat(joins("refused")).isEqualTo(1);
    comesBack(home);
    assertThat(at(join("3500"))).isEqualTo(home);
  }

  // ---- full ----

  private int fill(String onFull) {
    house(1, "mode: sticky, " + onFull, "balance: priority");
    Leg first = join("3500");
    assertThat(at(first)).isEqualTo(1);
    rig.backend(1).says(503, "Retry-After: 300");
    return at(first);
  }

  @Test
  void aFullRoomSpillsToOneOtherBackend() {
    fill("on-full: spill");
    Leg second = join("3500");
    Leg third = join("3500");
    assertThat(at(second)).isNotEqualTo(1).isPositive();
    assertThat(at(third)).isEqualTo(at(second));
    assertThat(joins("spilled")).isEqualTo(2);
    rig.backend(1).takes();
    rig.net.runMs(5000);
    assertThat(at(join("3500"))).isEqualTo(1);
  }

  @Test
  void aFullRoomRefusesWhenToldSo() {
    fill("on-full: reject");
    Leg second = dial("3500");
    rig.net.runMs(100);
    assertThat(second.last("INVITE").status()).isEqualTo(486);
    assertThat(rig.logs()).last().asString().contains("tries=1 status=486 flag=OF");
    Leg third = dial("3500");
    rig.net.runMs(100);
    assertThat(third.last("INVITE").status()).isEqualTo(486);
    assertThat(rig.backend(1).requests("INVITE")).as("one refusal proves nothing").isEqualTo(3);
  }

  @Test
  void aCallWaitsForAPlaceInItsRoom() {
    fill("on-full: queue");
    Leg second = dial("3500");
    rig.net.runMs(1000);
    assertThat(second.statuses("INVITE")).containsExactly(100);
    assertThat(rig.house.unfinished()).isEqualTo(1);
    rig.backend(1).takes();
    rig.net.runMs(5000);
    assertThat(second.last("INVITE").status()).isEqualTo(200);
    assertThat(at(second)).isEqualTo(1);
    second.bye();
    rig.net.runMs(100);
    assertThat(rig.house.unfinished()).isZero();
  }

  @Test
  void aCallThatWaitedTooLongIsRefused() {
    fill("on-full: queue, queue-time: 3s");
    Leg second = dial("3500");
    rig.net.runMs(2900);
    assertThat(second.statuses("INVITE")).containsExactly(100);
    rig.net.runMs(300);
    assertThat(second.last("INVITE").status()).isEqualTo(486);
    assertThat(rig.logs()).last().asString().contains("status=486 flag=OF");
    assertThat(rig.house.unfinished()).isZero();
  }

  @Test
  void aCallerMayGiveUpWhileWaiting() {
    fill("on-full: queue");
    Leg second = dial("3500");
    rig.net.runMs(1000);
    second.cancel();
    rig.net.runMs(100);
    assertThat(second.last("INVITE").status()).isEqualTo(487);
    assertThat(rig.logs()).last().asString().contains("status=487 flag=CC");
    rig.backend(1).takes();
    rig.net.runMs(20_000);
    assertThat(rig.backend(1).requests("INVITE")).isEqualTo(2);
    assertThat(rig.house.unfinished()).isZero();
  }

  // ---- a try that failed ----

  @Test
  void theKeyMovesWhenItsFirstCallerCannotBeConnected() {
    house(1, "mode: sticky", "balance: priority", "outlier-detection: off");
    rig.net.close(VirtualNet.at("10.0.0.1", 5060));
    Leg first = join("3500");
    assertThat(at(first)).isEqualTo(2);
    comesBack(1);
    assertThat(at(join("3500"))).isEqualTo(2);
    assertThat(at(join("3600"))).isEqualTo(1);
    assertThat(joins("rehomed")).isEqualTo(1);
  }

  @Test
  void theKeyMovesWhenNobodyAnswersItsFirstCallers() {
    house(1, "mode: sticky", "balance: priority");
    rig.backend(1).silent();
    Leg first = dial("3500");
    rig.net.runMs(700);
    Leg second = dial("3500");
    rig.net.runMs(1500);
    Leg third = dial("3500");
    rig.net.runMs(4000);
    for (Leg leg : List.of(first, second, third)) {
      assertThat(leg.last("INVITE").status()).isEqualTo(200);
      assertThat(at(leg)).isEqualTo(2);
    }
    assertThat(rig.backend(1).requests("INVITE")).isEqualTo(2);
    assertThat(joins("rehomed")).isEqualTo(1);
    List.of(first, second, third).forEach(Leg::bye);
    allGone();
  }

  @Test
  void aLateAnswerToOneOfTheFirstKeepsTheOthersThere() {
    house(1, "mode: sticky", "balance: priority");
    rig.backend(1).silent();
    Leg first = dial("3500");
    rig.net.runMs(1000);
    rig.backend(1).takes();
    Leg second = dial("3500");
    rig.net.runMs(5000);
    assertThat(at(second)).isEqualTo(1);
    assertThat(at(first)).isZero();
    assertThat(first.last("INVITE").status()).isEqualTo(503);
  }

  @Test
  void aRoomThatLivesIsNotSplitByATimeout() {
    house(1, "mode: sticky", "balance: priority");
    join("3500");
    rig.backend(1).silent();
    Leg second = dial("3500");
    rig.net.runMs(8000);
    assertThat(second.last("INVITE").status()).isEqualTo(503);
    assertThat(rig.logs()).last().asString().contains("tries=1 status=503 flag=UT");
    rig.backend(1).takes();
    assertThat(at(join("3500"))).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"spill", "queue"})
  void aRoomMovesAsSoonAsItsSilentHomeIsSeenDead(String onFull) {
    house(1, "mode: sticky, on-full: " + onFull, "balance: priority");
    join("3500");
    rig.backend(1).silent();
    Leg second = dial("3500");
    rig.net.runMs(2500);
    assertThat(second.statuses("INVITE")).containsExactly(100);
    kill(1);
    rig.net.runMs(400);
    assertThat(at(second)).isEqualTo(2);
    assertThat(at(join("3500"))).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"500", "504"})
  void anotherFailureOfALivingRoomIsPassedOn(int status) {
    house(1, "mode: sticky", "balance: priority");
    join("3500");
    rig.backend(1).says(status);
    Leg second = dial("3500");
    rig.net.runMs(100);
    assertThat(second.last("INVITE").status()).isEqualTo(status);
    assertThat(rig.backend(2).received).isEmpty();
  }

  // ---- what the backends tell ----

  @Test
  void theDirectoryLeadsToWhereARoomLives() {
    house(1, "mode: discovered");
    for (int i = 1; i <= 3; i++) {
      tells("3500", i);
      Leg leg = join("3500");
      assertThat(at(leg)).isEqualTo(i);
      leg.bye();
      rig.net.runMs(100);
    }
    allGone();
  }

  @Test
  void theDirectoryWinsOverOwnCalls() {
    house(1, "mode: discovered");
    Leg first = join("3500");
    int told = other(at(first));
    tells("3500", told);
    assertThat(at(join("3500"))).isEqualTo(told);
    pool().rooms().remove(backend(told), "3500");
    assertThat(at(join("3500"))).isEqualTo(told);
  }

  @Test
  void onlyDiscoveredAsksTheDirectory() {
    house(1, "mode: rendezvous");
    Leg first = join("3500");
    tells("3500", other(at(first)));
    assertThat(at(join("3500"))).isEqualTo(at(first));
  }

  @Test
  void aRoomToldOfOnADeadBackendMovesAndOldNewsDoNotCallItBack() {
    house(1, "mode: discovered");
    tells("3500", 2);
    kill(2);
    Leg moved = join("3500");
    assertThat(at(moved)).isNotEqualTo(2).isPositive();
    assertThat(joins("rehomed")).isEqualTo(1);
    comesBack(2);
    assertThat(at(join("3500"))).isEqualTo(at(moved));
    tells("3500", 2);
    assertThat(at(join("3500"))).isEqualTo(2);
  }

  @Test
  void aRoomToldOfOnADeadBackendIsRefusedWhenToldSo() {
    house(1, "mode: discovered, on-failure: reject");
    tells("3500", 2);
    kill(2);
    Leg refused = dial("3500");
    rig.net.runMs(100);
    assertThat(refused.last("INVITE").status()).isEqualTo(503);
  }

  @Test
  void aDrainedBackendsRoomsTakeJoinersOfOtherNodesToo() {
    house(1, "mode: discovered");
    tells("3500", 2);
    order(backend(2)::drain);
    assertThat(at(join("3500"))).isEqualTo(2);
    order(backend(2)::maintenance);
    assertThat(at(join("3500"))).isNotEqualTo(2);
  }
}

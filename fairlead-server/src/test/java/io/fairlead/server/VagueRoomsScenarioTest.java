// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.esl.EslSessionError;
import io.fairlead.esl.FakeEsl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Rooms of which little is known: a queue that every backend lists, and what a backend said before
 * it died. Callers of one room meet all the same, over one Fairlead or several.
 */
class VagueRoomsScenarioTest {
  private static final String CONFERENCES = "conference list summary";

  private static ServerRig house(long seed) {
    return ServerRig.of(
        seed,
        1,
        ServerRig.farmYaml("esl: { password: ClueCon }")
            .replace("health: off", "health: { interval: 2s, jitter: 0% }")
            .replace("to: farm }", "to: farm, affinity: { key: user, mode: discovered } }"));
  }

  private static int call(ServerRig rig, String room) {
    FakePhone phone = rig.phone();
    Leg leg = phone.leg("sip:" + room + "@example.com");
    phone.request(leg, "INVITE", leg.cseq);
    rig.net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    for (int i = 1; i <= 3; i++) {
      if (rig.backend(i).legs.containsKey(leg.callId)) {
        return i;
      }
    }
    return 0;
  }

  private static void connect(ServerRig rig, int... order) {
    StringBuilder queues = new StringBuilder("name|strategy\n");
    for (int i = 0; i < 20; i++) {
      queues.append("queue").append(i).append("@default|ring-all\n");
    }
    for (int number : order) {
      FakeEsl.Session fs = rig.esl.of("b" + number);
      fs.answers.put("callcenter_config queue list", queues + "+OK\n");
      fs.connect().beats(Duration.ofSeconds(20));
      rig.net.runMs(100);
    }
  }

  @Test
  void twoFairleadsSendTheFirstCallersOfAQueueToOneBackendWhicheverEventSocketCameFirst() {
    ServerRig one = house(1);
    ServerRig two = house(2);
    connect(one, 1, 2, 3);
    connect(two, 3, 2, 1);
    Set<Integer> used = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      int at = call(one, "queue" + i);
      assertThat(call(two, "queue" + i)).as("queue%d", i).isEqualTo(at);
      used.add(at);
    }
    assertThat(used).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void ownCallersOfAQueueCountMoreThanThatItIsListed() {
    ServerRig rig = house(1);
    List<Integer> before = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      before.add(call(rig, "queue" + i));
    }
    // It was one backend's alone then; now all list it, and none has told who waits.
    connect(rig, 2, 3, 1);
    for (int i = 0; i < 20; i++) {
      assertThat(call(rig, "queue" + i)).isEqualTo(before.get(i));
    }
  }

  private static String listed(int members) {
    return "Conference 3500@default (" + members + " members rate: 8000 flags: running)\n";
  }

  private static void tells(ServerRig rig, int number, int members) {
    rig.esl
        .of("b" + number)
        .custom(
            "conference::maintenance",
            "Action",
            "add-member",
            "Conference-Name",
            "3500@default",
            "Conference-Size",
            Integer.toString(members));
  }

  /** SIP is back, the event socket is not: the room lives where it has been opened anew. */
  @Test
  void noJoinerGoesToARestartedBackendForTheRoomItHadBeforeItDied() {
    ServerRig rig = house(1);
    FakeEsl.Session fs1 = rig.esl.of("b1");
    fs1.answers.put(CONFERENCES, listed(5));
    connect(rig, 1, 2, 3);
    assertThat(call(rig, "3500")).isEqualTo(1);

    rig.net.close(rig.backend(1).address);
    fs1.fail(EslSessionError.CLOSED, "closed");
    rig.net.runMs(7000);
    // Another Fairlead has moved it.
    tells(rig, 2, 1);
    rig.net.runMs(100);
    fs1.restart();
    rig.net.open(rig.backend(1).address, rig.backend(1));
    rig.net.runMs(7000);

    assertThat(fs1.hastened).isEqualTo(1);
    assertThat(call(rig, "3500")).isEqualTo(2);
    fs1.answers.put(CONFERENCES, "No active conferences.\n");
    fs1.connect();
    rig.net.runMs(100);
    assertThat(call(rig, "3500")).isEqualTo(2);
  }

  @Test
  void aRoomWhoseEventSocketIsMerelyCutStaysWhereItIs() {
    ServerRig rig = house(1);
    FakeEsl.Session fs3 = rig.esl.of("b3");
    fs3.answers.put(CONFERENCES, listed(5));
    connect(rig, 1, 2, 3);
    fs3.fail(EslSessionError.SILENT, "no answer");
    rig.net.runMs(20_000);
    assertThat(call(rig, "3500")).isEqualTo(3);
  }
}

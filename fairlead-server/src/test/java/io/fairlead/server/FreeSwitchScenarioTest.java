// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.esl.EslSessionError;
import io.fairlead.esl.FakeEsl;
import io.fairlead.pool.Backend;
import io.fairlead.pool.health.HealthState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What event sockets tell, seen by callers: nobody hears a 503 that another backend can spare. */
class FreeSwitchScenarioTest {
  private static final String ESL = "esl: { password: ClueCon }";
  private final ServerRig rig = ServerRig.farm("balance: priority", ESL);
  private final FakePhone phone = rig.phone();
  private final List<FakeEsl.Session> sessions = sessions(rig);
  private final FakeEsl.Session fs1 = sessions.getFirst();
  private final FakeBackend b1 = rig.backend(1);

  private static List<FakeEsl.Session> sessions(ServerRig rig) {
    List<FakeEsl.Session> all = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      all.add(rig.esl.of("b" + i).connect().beats(Duration.ofSeconds(20)));
    }
    rig.net.runMs(100);
    return all;
  }

  private static Backend backend(ServerRig rig, String name) {
    return Objects.requireNonNull(rig.house.pools().all().iterator().next().backend(name));
  }

  private int call() {
    Leg call = phone.invite();
    rig.net.runMs(200);
    int status = call.last("INVITE").status();
    if (status == 200) {
      call.bye();
      rig.net.runMs(50);
    }
    return status;
  }

  @Test
  void noCallerHearsThe503OfAPausedBackend() {
    b1.says(503, "Retry-After: 300");
    fs1.answers.put("fsctl pause_check inbound", "true");
    for (int i = 0; i < 40; i++) {
      assertThat(call()).isEqualTo(200);
    }
    assertThat(b1.requests("INVITE")).isEqualTo(1);
    assertThat(backend(rig, "b1").health().reason()).startsWith("paused");

    b1.takes();
    fs1.answers.put("fsctl pause_check inbound", "false");
    rig.net.runMs(7000);
    assertThat(call()).isEqualTo(200);
    assertThat(b1.requests("INVITE")).isEqualTo(2);
    rig.assertEmpty();
  }

  @Test
  void aPausedBackendIsNotEvenAskedAfterOnePoll() {
    b1.says(503, "Retry-After: 300");
    fs1.answers.put("fsctl pause_check inbound", "true");
    rig.net.runMs(5100);
    assertThat(call()).isEqualTo(200);
    assertThat(b1.requests("INVITE")).isZero();
  }

  @Test
  void aFullBackendGetsNoCallUntilItHasRoom() {
    fs1.figures.put("Max-Sessions", "3");
    fs1.figures.put("Session-Count", "3");
    fs1.beat();
    rig.net.runMs(100);
    for (int i = 0; i < 5; i++) {
      assertThat(call()).isEqualTo(200);
    }
    assertThat(b1.requests("INVITE")).isZero();
    fs1.figures.put("Session-Count", "2");
    rig.net.runMs(20_000);
    assertThat(call()).isEqualTo(200);
    assertThat(b1.requests("INVITE")).isEqualTo(1);
    rig.assertEmpty();
  }

  @Test
  void oneThatShutsDownKeepsItsCallsAndGetsNoNewOnes() {
    Leg talking = phone.invite();
    rig.net.runMs(200);
    fs1.answers.put("fsctl shutdown_check", "true");
    rig.net.runMs(5100);
    assertThat(backend(rig, "b1").health().state()).isEqualTo(HealthState.DRAINING);
    assertThat(call()).isEqualTo(200);
    assertThat(b1.requests("INVITE")).isEqualTo(1);
    assertThat(rig.load(1)).isEqualTo(1);
    talking.bye();
    rig.net.runMs(100);
    assertThat(talking.last("BYE").status()).isEqualTo(200);
    rig.assertEmpty();
  }

  @Test
  void aSeveredSocketIsNoticedAndCallsGoOnBeingBalanced() {
    sessions.forEach(FakeEsl.Session::silence);
    for (int i = 0; i < 60; i++) {
      assertThat(call()).isEqualTo(200);
      rig.net.runMs(1000);
    }
    assertThat(Objects.requireNonNull(backend(rig, "b1").figures()).stale()).isTrue();
    rig.assertEmpty();
  }

  @Test
  void aRestartEndsTheCallsOfAllLoopsOnceAndNoneSetUpAfterwards() {
    ServerRig wide = ServerRig.of(1, 4, ServerRig.farmYaml("balance: priority", ESL));
    List<FakeEsl.Session> esl = sessions(wide);
    FakePhone caller = wide.phone();
    List<Leg> before = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      before.add(caller.invite());
    }
    wide.net.run(Duration.ofSeconds(21));
    assertThat(wide.load(1)).isEqualTo(25);

    FakeEsl.Session killed = esl.getFirst();
    killed.fail(EslSessionError.CLOSED, "closed");
    wide.net.run(Duration.ofSeconds(3));
    killed.restart();
    wide.net.run(Duration.ofSeconds(2));
    killed.connect();
    wide.backend(2).rings();
    for (int i = 0; i < 7; i++) {
      caller.invite();
    }
    wide.net.run(Duration.ofSeconds(60));

    assertThat(wide.load(1)).isEqualTo(7);
    assertThat(wide.logs()).hasSize(25).allMatch(log -> log.contains("ended=backend-lost"));
    before.getFirst().bye();
    wide.net.run(Duration.ofSeconds(40));
    assertThat(wide.logs()).hasSize(25);
    assertThat(before.getFirst().last("BYE").status()).isEqualTo(481);
    assertThat(wide.backend(1).requests("BYE")).isZero();
  }

  @Test
  void aRestartLeavesACallThatStillRings() {
    b1.rings();
    phone.invite();
    rig.net.run(Duration.ofSeconds(21));
    fs1.restart();
    rig.net.run(Duration.ofSeconds(21));
    assertThat(rig.load(1)).isEqualTo(1);
    assertThat(rig.records).isEmpty();
  }

  @Test
  void aGatewayIsDownWhenEveryFreeSwitchSaysSo() {
    String ask = "sofia profile external gwlist down";
    ServerRig trunks =
        ServerRig.of(
            1,
            1,
            """
            listeners: [ udp://203.0.113.10:5060, tcp://203.0.113.10:5060 ]
            pools:
              trunks:
                health: { method: { gwlist: { pool: farm } } }
                balance: priority
                backends:
                  - { name: carrier-a, uri: "sip:10.0.0.1" }
                  - { name: carrier-b, uri: "sip:10.0.0.2" }
              farm:
                health: off
                esl: { password: ClueCon }
                backends:
                  - { name: b1, uri: "sip:10.0.0.8" }
                  - { name: b2, uri: "sip:10.0.0.9" }
            routes: [ { name: out, to: trunks } ]
            """);
    Backend a = backend(trunks, "carrier-a");
    trunks.net.run(Duration.ofSeconds(20));
    assertThat(a.health().reason()).isEqualTo("not checked yet");

    FakeEsl.Session one = trunks.esl.of("b1").connect();
    FakeEsl.Session two = trunks.esl.of("b2").connect();
    one.answers.put(ask, "carrier-a carrier-c");
    two.answers.put(ask, "");
    trunks.net.run(Duration.ofSeconds(20));
    assertThat(a.health().state()).isEqualTo(HealthState.HEALTHY);
    assertThat(a.latencyNs()).isZero();

    two.answers.put(ask, "carrier-a\n");
    trunks.net.run(Duration.ofSeconds(20));
    assertThat(a.health().state()).isEqualTo(HealthState.DOWN);
    assertThat(backend(trunks, "carrier-b").health().state()).isEqualTo(HealthState.HEALTHY);

    one.answers.put(ask, "Invalid Profile [external]");
    trunks.net.run(Duration.ofSeconds(20));
    assertThat(a.health().state()).isEqualTo(HealthState.DOWN);
    one.fail(EslSessionError.CLOSED, "closed");
    two.fail(EslSessionError.CLOSED, "closed");
    trunks.net.run(Duration.ofSeconds(20));
    assertThat(a.health().state()).isEqualTo(HealthState.DOWN);

    one.connect();
    one.answers.put(ask, "carrier-b");
    trunks.net.run(Duration.ofSeconds(20));
    assertThat(a.health().state()).isEqualTo(HealthState.HEALTHY);
    assertThat(one.asked(ask)).isLessThan(40);
  }
}

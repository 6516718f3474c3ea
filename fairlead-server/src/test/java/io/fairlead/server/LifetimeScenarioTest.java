// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How live calls end when nobody says BYE, or nobody answers it; drain and reload. */
class LifetimeScenarioTest {
  private final ServerRig rig = ServerRig.serial();
  private final FakePhone phone = rig.phone();
  private final FakeBackend b1 = rig.backend(1);

  private Leg talking() {
    Leg call = phone.invite();
    rig.net.runMs(100);
    assertThat(call.last("INVITE").status()).isEqualTo(200);
    return call;
  }

  private void grants(String... headers) {
    b1.script = in -> in.answer(200, headers);
    b1.inDialog = in -> in.answer(200, headers);
  }

  @Test
  void reapsACallWhoseSessionExpired() {
    grants("Session-Expires: 90;refresher=uac");
    talking();
    rig.net.runMs(89_000);
    assertThat(rig.house.calls()).isEqualTo(1);
    rig.net.runMs(120_000);

    assertThat(rig.load(1)).isZero();
    assertThat(rig.log()).contains("status=200 flag=CR ended=reaped");
    rig.assertEmpty();
  }

  @Test
  void keepsACallAliveThatIsRefreshedFromEitherSide() {
    grants("Session-Expires: 90");
    Leg call = talking();
    for (int i = 0; i < 5; i++) {
      rig.net.runMs(60_000);
      (i % 2 == 0 ? call : b1.facing(call)).send(i < 3 ? "UPDATE" : "INVITE");
      phone.inDialog = in -> in.answer(200, "Session-Expires: 90");
    }
    rig.net.runMs(60_000);
    assertThat(rig.house.calls()).isEqualTo(1);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void forgetsTheSessionTimerWhenARefreshGrantsNone() {
    grants("Session-Expires: 90");
    Leg call = talking();
    grants();
    call.send("UPDATE");
    rig.net.runMs(600_000);
    assertThat(rig.house.calls()).isEqualTo(1);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void reapsACallThatReachedMaxDuration() {
    ServerRig brief =
        ServerRig.of(
            1, 1, ServerRig.farmYaml("balance: priority") + "calls: { max-duration: 1h }\n");
    brief.phone().invite();
    brief.net.run(java.time.Duration.ofMinutes(61));
    assertThat(brief.log()).contains("flag=CR ended=reaped");
    brief.assertEmpty();
  }

  @ParameterizedTest
  @CsvSource({"200,caller", "481,caller", "408,caller", "500,caller"})
  void endsTheCallWithItsByeWhateverTheAnswer(int status, String who) {
    Leg call = talking();
    b1.inDialog = in -> in.answer(status);
    call.bye();
    rig.net.runMs(100);
    assertThat(rig.house.calls()).isZero();
    assertThat(rig.log()).contains("ended=" + who);
    rig.assertEmpty();
  }

  @Test
  void keepsTheCallWhenItsByeIsChallenged() {
    Leg call = talking();
    b1.inDialog = in -> in.answer(407, "Proxy-Authenticate: Digest realm=\"x\", nonce=\"1\"");
    call.bye();
    rig.net.runMs(100);
    assertThat(rig.house.calls()).isEqualTo(1);
    b1.inDialog = in -> in.answer(200);
    call.bye();
    rig.net.runMs(100);
    assertThat(rig.log()).contains("ended=caller");
    rig.assertEmpty();
  }

  @Test
  void endsTheCallWhenItsByeIsLost() {
    Leg call = talking();
    b1.inDialog = in -> {};
    call.bye();
    rig.net.runMs(40_000);
    assertThat(call.timedOut).isTrue();
    assertThat(rig.house.calls()).isZero();
    rig.assertEmpty();
  }

  @Test
  void endsACallThatTheBackendForgot() {
    Leg call = talking();
    b1.inDialog = in -> in.answer(481);
    call.send("INVITE");
    rig.net.runMs(100);
    assertThat(call.last("INVITE").status()).isEqualTo(481);
    assertThat(rig.log()).contains("ended=backend-lost");
    rig.assertEmpty();
  }

  @Test
  void keepsACallWhoseSubscriptionIsGone() {
    Leg call = talking();
    b1.inDialog = in -> in.answer(481);
    call.send("NOTIFY");
    rig.net.runMs(100);
    assertThat(rig.house.calls()).isEqualTo(1);
    b1.inDialog = in -> in.answer(200);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void logsACallThatEndsByByeBeforeItsAnswerByThatAnswer() {
    b1.rings();
    b1.inDialog = in -> in.answer(200);
    Leg call = phone.invite();
    rig.net.runMs(100);
    Seen ringing = call.last("INVITE");
    call.remoteTag = ringing.toTag();
    call.target = Seen.bracketed(ringing.first("Contact"));
    call.routes = ringing.all("Record-Route").reversed();
    call.bye();
    rig.net.runMs(100);
    assertThat(call.last("BYE").status()).isEqualTo(200);
    assertThat(rig.records).isEmpty();

    call.cancel();
    rig.net.runMs(100);
    assertThat(rig.log()).contains("status=487 flag=CC ended=-");
    rig.assertEmpty();
  }

  @Test
  void refusesWhatIsNewWhileDrainingAndLetsCallsGoOn() {
    Leg call = talking();
    rig.house.drain();
    rig.net.runMs(10);
    Leg late = phone.invite();
    rig.net.runMs(100);
    assertThat(late.last("INVITE").status()).isEqualTo(503);
    assertThat(late.last("INVITE").all("Retry-After")).hasSize(1);
    call.send("INVITE");
    call.bye();
    rig.net.runMs(100);
    assertThat(call.last("BYE").status()).isEqualTo(200);
    assertThat(rig.logs()).anyMatch(line -> line.contains("status=503 flag=SD"));
    rig.assertEmpty();
  }

  @Test
  void reloadsWhileCallsLive() {
    Leg call = talking();
    b1.rings();
    Leg ringing = phone.invite();
    rig.net.runMs(50);
    String yaml =
        ServerRig.farmYaml("balance: priority")
            .replace("      - { name: b1, uri: \"sip:10.0.0.1:5060\" }\n", "");
    rig.house.reload(ServerRig.plan(yaml));
    rig.net.runMs(50);

    Leg next = phone.invite();
    rig.net.runMs(100);
    assertThat(rig.backend(2).facing(next).requests).isNotEmpty();
    ringing.cancel();
    call.bye();
    next.bye();
    rig.net.runMs(2000);
    assertThat(call.last("BYE").status()).isEqualTo(200);
    assertThat(ringing.last("INVITE").status()).isEqualTo(487);
    assertThat(b1.requests("BYE")).isEqualTo(1);
    rig.settle();
    assertThat(rig.house.calls()).isZero();
    assertThat(rig.load(2)).isZero();
    assertThat(rig.house.transactions()).isZero();
    assertThat(rig.house.unfinished()).isZero();
  }
}

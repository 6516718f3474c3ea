// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.transport.CapturedFlow;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProxyScenarioTest {
  private final ServerRig rig = ServerRig.serial();
  private final FakePhone phone = rig.phone();
  private final FakeBackend b1 = rig.backend(1);

  @Test
  void setsUpAndTearsDownACall() {
    Leg call = phone.invite();
    rig.net.runMs(100);

    assertThat(call.statuses("INVITE")).containsExactly(100, 180, 200);
    assertThat(rig.house.calls()).isEqualTo(1);
    assertThat(rig.load(1)).isEqualTo(1);
    assertThat(b1.copies("ACK")).isEqualTo(1);

    call.bye();
    rig.net.runMs(100);

    assertThat(call.statuses("BYE")).containsExactly(200);
    assertThat(b1.requests("BYE")).isEqualTo(1);
    assertThat(rig.log())
        .isEqualTo("INVITE route=all pool=farm backend=b1 tries=1 status=200 flag=- ended=caller");
    rig.assertEmpty();
  }

  @Test
  void passesTheCalleesBye() {
    Leg call = phone.invite();
    rig.net.runMs(100);

    Leg callee = b1.facing(call);
    callee.bye();
    rig.net.runMs(100);

    assertThat(callee.statuses("BYE")).containsExactly(200);
    assertThat(call.methods()).containsExactly("BYE");
    assertThat(rig.log()).endsWith("status=200 flag=- ended=callee");
    rig.assertEmpty();
  }

  @Test
  void carriesRequestsInsideTheDialogBothWays() {
    Leg call = phone.invite();
    rig.net.runMs(100);
    Leg callee = b1.facing(call);

    for (String method :
        List.of("INVITE", "UPDATE", "INFO", "REFER", "NOTIFY", "MESSAGE", "PRACK", "DANCE")) {
      call.send(method);
      callee.send(method);
      rig.net.runMs(100);
      assertThat(call.last(method).status()).as(method).isEqualTo(200);
      assertThat(callee.last(method).status()).as(method).isEqualTo(200);
    }
    assertThat(call.requests.stream().filter(r -> r.method().equals("ACK")).count()).isEqualTo(1);
    assertThat(b1.copies("ACK")).isEqualTo(2);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void carriesALateOfferUntouched() {
    Leg call = phone.leg("sip:bob@example.com");
    phone.request(call, "INVITE", call.cseq, "Content-Type: application/sdp");
    call.inAckBody = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n";
    rig.net.runMs(100);

    assertThat(b1.last("INVITE").text()).endsWith("\r\n\r\n");
    assertThat(b1.last("ACK").text()).endsWith("\r\n\r\n" + call.inAckBody);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void routesPrackAndUpdateInsideAnEarlyDialog() {
    b1.script = in -> in.answer(183, "Require: 100rel", "RSeq: 1").answerAfter(300, 200);
    Leg call = phone.invite("Supported: 100rel");
    rig.net.runMs(50);
    Seen early = call.last("INVITE");
    call.remoteTag = early.toTag();
    call.target = Seen.bracketed(early.first("Contact"));
    call.routes = early.all("Record-Route").reversed();
    call.send("PRACK", "RAck: 1 1 INVITE");
    rig.net.runMs(50);
    b1.facing(call).send("UPDATE");
    rig.net.runMs(50);

    assertThat(call.last("PRACK").status()).isEqualTo(200);
    assertThat(b1.last("PRACK").all("RAck")).containsExactly("1 1 INVITE");
    assertThat(b1.facing(call).last("UPDATE").status()).isEqualTo(200);
    rig.net.runMs(300);
    assertThat(call.last("INVITE").status()).isEqualTo(200);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void keepsApartTheCallsOfInvitesForkedBeforeIt() {
    ServerRig turns = ServerRig.farm("balance: round-robin");
    FakePhone fork = turns.phone();
    Leg one = fork.invite();
    Leg two =
        new Leg(fork, one.callId, one.localTag, one.local, one.remote, "sip:carol@example.com");
    fork.request(two, "INVITE", two.cseq);
    turns.net.runMs(100);
    assertThat(turns.house.calls()).isEqualTo(2);

    one.bye();
    turns.net.runMs(100);
    assertThat(turns.house.calls()).isEqualTo(1);
    two.bye();
    turns.net.runMs(100);
    assertThat(turns.logs())
        .hasSize(2)
        .allMatch(line -> line.endsWith("status=200 flag=- ended=caller"));
    turns.assertEmpty();
  }

  @Test
  void endsAReInviteThatNobodyAnswersAtTimerC() {
    Leg call = phone.invite();
    rig.net.runMs(100);
    b1.inDialog = in -> in.answer(100);
    call.send("INVITE");
    rig.net.runMs(182_000);

    assertThat(b1.requests("CANCEL")).isEqualTo(1);
    assertThat(call.last("INVITE").status()).isEqualTo(487);
    b1.inDialog = in -> in.answer(200);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void leavesABackendWhoseConnectionEnds() {
    ServerRig tcp =
        ServerRig.of(
            1,
            1,
            ServerRig.farmYaml("balance: priority")
                .replace(":5060\" }", ":5060;transport=tcp\" }"));
    tcp.backend(1).script = in -> in.answer(100);
    Leg call = tcp.phone().invite();
    tcp.net.runMs(100);
    tcp.net.hangUp(tcp.backend(1).address);
    tcp.net.runMs(200);

    assertThat(call.statuses("INVITE")).containsExactly(100, 180, 200);
    assertThat(tcp.backend(2).last("INVITE").first("Via")).contains("/TCP");
    call.bye();
    tcp.net.runMs(100);
    assertThat(tcp.log()).contains("backend=b2 tries=2 status=200");
    tcp.assertEmpty();
  }

  @Test
  void connectsToACallerThatListensWhereItsContactSays() {
    FakePhone tcp = rig.phone(CapturedFlow.TCP);
    Leg call = tcp.invite();
    rig.net.runMs(100);
    tcp.hangUp();
    b1.facing(call).bye();
    rig.net.runMs(100);

    assertThat(b1.facing(call).last("BYE").status()).isEqualTo(200);
    assertThat(call.methods()).containsExactly("BYE");
    rig.assertEmpty();
  }

  @Test
  void endsACallWhoseCallerHangsUpItsConnection() {
    FakePhone tcp = rig.phone(CapturedFlow.TCP);
    Leg call = tcp.invite();
    rig.net.runMs(100);
    tcp.hangUp();
    rig.net.close(tcp.address);
    b1.facing(call).bye();
    rig.net.runMs(1_000);

    assertThat(b1.facing(call).last("BYE").status()).isGreaterThanOrEqualTo(400);
    assertThat(rig.log()).endsWith("ended=callee");
    rig.assertEmpty();
  }
}

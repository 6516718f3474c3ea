// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The caller gives up (RFC 3261 §9, §16.10), at every moment of a call's set-up. */
class CancelScenarioTest {
  private static final String CANCELLED =
      "INVITE route=all pool=farm backend=b1 tries=1 status=487 flag=CC ended=-";

  private final ServerRig rig = ServerRig.serial();
  private final FakePhone phone = rig.phone();
  private final FakeBackend b1 = rig.backend(1);

  @Test
  void sendsTheCancelBehindTheFirstProvisionalAnswer() {
    b1.script = in -> in.answerAfter(300, 100);
    Leg call = phone.invite();
    rig.net.runMs(100);
    call.cancel();
    rig.net.runMs(100);
    assertThat(b1.copies("CANCEL")).isZero();

    rig.net.runMs(300);

    assertThat(b1.requests("CANCEL")).isEqualTo(1);
    assertThat(call.statuses("CANCEL")).containsExactly(200);
    assertThat(call.statuses("INVITE")).containsExactly(100, 487);
    assertThat(b1.copies("ACK")).isEqualTo(1);
    assertThat(rig.log()).isEqualTo(CANCELLED);
    rig.assertEmpty();
  }

  @Test
  void cancelsBehindTryingAndBehindRinging() {
    b1.script = in -> in.answer(100);
    Leg early = phone.invite();
    rig.net.runMs(50);
    early.cancel();
    rig.net.runMs(50);
    b1.rings();
    Leg late = phone.invite();
    rig.net.runMs(50);
    late.cancel();
    rig.net.runMs(50);

    assertThat(early.statuses("INVITE")).containsExactly(100, 487);
    assertThat(late.statuses("INVITE")).containsExactly(100, 180, 487);
    assertThat(rig.logs()).containsExactly(CANCELLED, CANCELLED);
    rig.assertEmpty();
  }

  @Test
  void letsA200WinThatCrossesTheCancel() {
    b1.terminatesOnCancel = false;
    Leg call = phone.invite();
    rig.net.runMs(48);
    call.cancel();
    rig.net.runMs(100);

    assertThat(call.statuses("CANCEL")).containsExactly(200);
    assertThat(call.statuses("INVITE")).containsExactly(100, 180, 200);
    assertThat(rig.house.calls()).isEqualTo(1);

    call.bye();
    rig.net.runMs(100);
    assertThat(rig.log()).endsWith("status=200 flag=- ended=caller");
    rig.assertEmpty();
  }

  @Test
  void answersACancelThatComesBehindTheAnswerAndChangesNothing() {
    Leg call = phone.invite();
    rig.net.runMs(52);
    call.cancel();
    rig.net.runMs(100);

    assertThat(call.statuses("INVITE")).containsExactly(100, 180, 200);
    assertThat(call.statuses("CANCEL")).containsExactly(200);
    assertThat(rig.house.calls()).isEqualTo(1);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void triesNoOtherBackendForACancelledCall() {
    b1.script = in -> in.answerAfter(100, 503, "Retry-After: 300");
    Leg call = phone.invite();
    rig.net.runMs(50);
    call.cancel();
    rig.net.runMs(200);

    assertThat(rig.backend(2).received).isEmpty();
    assertThat(call.last("INVITE").status()).isEqualTo(487);
    assertThat(rig.log()).isEqualTo(CANCELLED);
    rig.assertEmpty();
  }

  @Test
  void ends487WhenTheBackendStaysSilent() {
    b1.silent();
    Leg call = phone.invite();
    rig.net.runMs(500);
    call.cancel();
    rig.net.runMs(3000);

    assertThat(call.last("INVITE").status()).isEqualTo(487);
    assertThat(rig.backend(2).received).isEmpty();
    assertThat(rig.log()).isEqualTo(CANCELLED);
    rig.assertEmpty();
  }

  @Test
  void endsACallWhoseBackendIgnoresTheCancel() {
    b1.rings();
    b1.terminatesOnCancel = false;
    Leg call = phone.invite();
    rig.net.runMs(100);
    call.cancel();
    rig.net.runMs(33_000);

    assertThat(call.last("INVITE").status()).isEqualTo(487);
    assertThat(rig.log()).isEqualTo(CANCELLED);
    rig.assertEmpty();
  }

  @Test
  void answers481ToACancelOfNothing() {
    Leg call = phone.invite();
    rig.net.runMs(100);
    Seen sent = b1.last("INVITE");
    phone.raw(
        "CANCEL sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP "
            + phone.viaAddress
            + ";rport;branch=z9hG4bKother\r\nMax-Forwards: 70\r\nFrom: "
            + sent.first("From")
            + "\r\nTo: "
            + sent.first("To")
            + "\r\nCall-ID: "
            + sent.callId()
            + "\r\nCSeq: 1 CANCEL\r\nContent-Length: 0\r\n\r\n");
    phone.strays = true;
    rig.net.runMs(100);

    assertThat(phone.received.getLast().status()).isEqualTo(481);
    assertThat(b1.copies("CANCEL")).isZero();
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void endsARingingCallAtTimerC() {
    b1.rings();
    Leg call = phone.invite();
    rig.net.runMs(180_000);
    assertThat(b1.copies("CANCEL")).isZero();

    rig.net.runMs(2_000);

    assertThat(b1.requests("CANCEL")).isEqualTo(1);
    assertThat(call.last("INVITE").status()).isGreaterThanOrEqualTo(400);
    assertThat(rig.log()).contains("flag=RT");
    rig.assertEmpty();
  }

  @Test
  void ringsOnWhileProvisionalAnswersCome() {
    b1.script =
        in ->
            in.answer(100).answerAfter(10, 180).answerAfter(170_000, 183).answerAfter(340_000, 200);
    Leg call = phone.invite();
    rig.net.runMs(341_000);

    assertThat(call.last("INVITE").status()).isEqualTo(200);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void cancelsAReInviteToo() {
    Leg call = phone.invite();
    rig.net.runMs(100);
    b1.inDialog = in -> in.answer(100);
    call.send("INVITE");
    rig.net.runMs(50);
    call.cancel();
    rig.net.runMs(50);

    assertThat(call.last("INVITE").status()).isEqualTo(487);
    assertThat(rig.house.calls()).isEqualTo(1);
    b1.inDialog = in -> in.answer(200);
    call.bye();
    rig.assertEmpty();
  }
}

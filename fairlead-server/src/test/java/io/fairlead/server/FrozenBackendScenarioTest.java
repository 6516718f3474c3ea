// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A backend is frozen, and when it wakes it works through all that waited in its socket: what was
 * given up meanwhile is ended there (RFC 3261 §9.1, §13.2.2.4), so that no call stays up for
 * nobody. b1 is asked first, then b2.
 */
class FrozenBackendScenarioTest {
  private final ServerRig rig = ServerRig.farm("balance: priority", "failover: { tries: 2 }");
  private final FakePhone phone = rig.phone();
  private final FakeBackend b1 = rig.backend(1);
  private final FakeBackend b2 = rig.backend(2);

  // Trying at once when it wakes, and the answer so long after that.
  private void wakesAfter(long ms, long answerMs) {
    b1.script =
        in -> {
          if (in.request.method().equals("INVITE")) {
            in.answerAfter(ms, 100).answerAfter(ms + 1, 180).answerAfter(ms + answerMs, 200);
          } else {
            in.answer(200);
          }
        };
  }

  private Leg talkingOnB2() {
    Leg call = phone.invite();
    rig.net.runMs(2400);
    assertThat(call.statuses("INVITE")).containsExactly(100, 180, 200);
    assertThat(b1.copies("CANCEL")).as("not before a provisional response").isZero();
    return call;
  }

  private void assertNothingStaysUpOnB1() {
    assertThat(b1.requests("INVITE")).isEqualTo(1);
    assertThat(rig.load(1)).isZero();
    rig.assertEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {2_500, 20_000, 31_900, 45_000, 60_000})
  void aCallThatIsElsewhereIsCancelledAsSoonAsItsFirstBackendSpeaks(long frozenMs) {
    wakesAfter(frozenMs, 5000);
    Leg call = talkingOnB2();
    rig.net.runMs(frozenMs);

    assertThat(b1.requests("CANCEL")).isEqualTo(1);
    assertThat(b1.copies("ACK")).as("to its 487").isEqualTo(1);
    assertThat(call.statuses("INVITE")).containsExactly(100, 180, 200);
    call.bye();
    rig.net.runMs(1000);
    assertThat(b2.requests("BYE")).isEqualTo(1);
    assertNothingStaysUpOnB1();
  }

  /** With the answer first there is nothing to cancel; it is taken and put down. */
  @ParameterizedTest
  @ValueSource(longs = {3_500, 20_000, 45_000})
  void aLate200IsAcknowledgedAndEndedAndTheCallerHearsNothingOfIt(long frozenMs) {
    b1.script = in -> in.answerAfter(frozenMs, 200);
    Leg call = talkingOnB2();
    rig.net.runMs(frozenMs);

    assertThat(call.statuses("INVITE")).containsExactly(100, 180, 200);
    assertThat(b1.copies("ACK")).isEqualTo(1);
    assertThat(b1.requests("BYE")).isEqualTo(1);
    Seen bye = b1.last("BYE");
    assertThat(bye.uri()).isEqualTo("sip:bob@10.0.0.1:5060");
    assertThat(bye.cseq()).isEqualTo(b1.last("INVITE").cseq() + 1);
    assertThat(bye.toTag()).isNotEmpty();
    assertThat(bye.all("Route")).isEmpty();
    call.bye();
    rig.net.runMs(1000);
    assertThat(b1.requests("BYE")).isEqualTo(1);
    assertThat(b2.requests("BYE")).isEqualTo(1);
    assertNothingStaysUpOnB1();
  }

  /** It answers before the CANCEL reaches it. */
  @Test
  void a200ThatCrossesTheCancelIsEndedToo() {
    b1.terminatesOnCancel = false;
    wakesAfter(20_000, 2);
    Leg call = talkingOnB2();
    rig.net.runMs(20_000);

    assertThat(b1.requests("CANCEL")).isEqualTo(1);
    assertThat(b1.requests("BYE")).isEqualTo(1);
    assertThat(call.statuses("INVITE")).containsExactly(100, 180, 200);
    call.bye();
    assertNothingStaysUpOnB1();
  }

  @Test
  void eachCopyOfALate200GetsItsAckAndOneBye() {
    b1.script = in -> in.answerAfter(5000, 200).answerAfter(5500, 200).answerAfter(6500, 200);
    Leg call = talkingOnB2();
    rig.net.runMs(5000);
    assertThat(b1.copies("ACK")).isGreaterThanOrEqualTo(1);
    assertThat(b1.requests("BYE")).isEqualTo(1);
    call.bye();
    assertNothingStaysUpOnB1();
  }

  @ParameterizedTest
  @CsvSource({"100, 180", "200, 200"})
  void aCallWhoseCallerIsGoneIsEndedWhenItsBackendWakes(int first, int second) {
    b1.script = in -> in.answerAfter(20_000, first).answerAfter(20_010, second);
    Leg call = phone.invite();
    rig.net.runMs(500);
    call.cancel();
    rig.net.runMs(3000);
    assertThat(call.last("INVITE").status()).isEqualTo(487);
    rig.net.runMs(20_000);

    assertThat(b1.requests(first == 100 ? "CANCEL" : "BYE")).isEqualTo(1);
    assertThat(b2.received).isEmpty();
    assertThat(call.last("INVITE").status()).isEqualTo(487);
    assertNothingStaysUpOnB1();
  }

  @Test
  void aCallThatNobodyTookIsEndedWhereverOneWakes() {
    b1.script = in -> in.answerAfter(20_000, 200);
    b2.script = in -> in.answerAfter(20_000, 100).answerAfter(25_000, 200);
    rig.backend(3).silent();
    Leg call = phone.invite();
    rig.net.runMs(8000);
    assertThat(call.last("INVITE").status()).isEqualTo(503);
    rig.net.runMs(20_000);

    assertThat(b1.requests("BYE")).isEqualTo(1);
    assertThat(b2.requests("CANCEL")).isEqualTo(1);
    assertNothingStaysUpOnB1();
  }

  @Test
  void oneThatTimerBGaveUpIsEndedThoughNoOtherWasTried() {
    ServerRig patient = ServerRig.farm("balance: priority", "failover: { on: [503], tries: 1 }");
    FakeBackend slow = patient.backend(1);
    slow.script = in -> in.answerAfter(40_000, 100).answerAfter(45_000, 200);
    Leg call = patient.phone().invite();
    patient.net.runMs(35_000);
    assertThat(call.last("INVITE").status()).isGreaterThanOrEqualTo(400);
    patient.net.runMs(10_000);

    assertThat(slow.requests("CANCEL")).isEqualTo(1);
    patient.assertEmpty();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What phones and backends are told when their branch is cancelled (RFC 3326). */
class CancelReasonScenarioTest {
  private static final String ELSEWHERE = "SIP;cause=200;text=\"Call completed elsewhere\"";

  private ServerRig rig = ServerRig.farm("balance: fanout");
  private FakePhone phone = rig.phone();

  private void serial() {
    rig = ServerRig.serial();
    phone = rig.phone();
  }

  private Seen cancelled(int backend) {
    assertThat(rig.backend(backend).requests("CANCEL")).isEqualTo(1);
    return rig.backend(backend).last("CANCEL");
  }

  // ---- another branch has decided ----

  @Test
  void tellsTheOthersThatTheCallWasCompletedElsewhere() {
    rig.backends.forEach(FakeBackend::rings);
    rig.backend(2).takes();
    Leg call = phone.invite();
    rig.net.runMs(200);

    assertThat(cancelled(1).all("Reason")).containsExactly(ELSEWHERE);
    assertThat(cancelled(3).all("Reason")).containsExactly(ELSEWHERE);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void tellsOneThatWakesBehindTheAnswerTheSame() {
    rig.backend(1).script = in -> in.answerAfter(1_000, 180);
    rig.backend(2).takes();
    rig.backend(3).says(486);
    Leg call = phone.invite();
    rig.net.runMs(500);
    assertThat(rig.backend(1).copies("CANCEL")).isZero();
    rig.net.runMs(1_000);

    assertThat(cancelled(1).all("Reason")).containsExactly(ELSEWHERE);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void tellsTheOthersWithWhichStatusOneHasRefusedForAll() {
    rig.backend(1).rings();
    rig.backend(2).script = in -> in.answerAfter(50, 603);
    rig.backend(3).script = in -> in.answerAfter(1_000, 180);
    phone.invite();
    rig.net.runMs(2_000);

    assertThat(cancelled(1).all("Reason")).containsExactly("SIP;cause=603");
    assertThat(cancelled(3).all("Reason")).containsExactly("SIP;cause=603");
    rig.assertEmpty();
  }

  // ---- the caller has ----

  @Test
  void givesNoReasonWhereTheCallerGaveNone() {
    rig.backends.forEach(FakeBackend::rings);
    Leg call = phone.invite();
    rig.net.runMs(100);
    call.cancel();
    rig.net.runMs(100);

    for (int i = 1; i <= 3; i++) {
      assertThat(cancelled(i).all("Reason")).isEmpty();
    }
    rig.assertEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SIP;cause=200;text=\"a, b\" | SIP;cause=200;text=\"a, b\"",
        "SIP ;cause=200, Q.850;cause=16 | SIP ;cause=200 / Q.850;cause=16",
        "Q.850;cause=26;text=\"say \\\",\\\"\", sip;cause=200 | sip;cause=200 /"
            + " Q.850;cause=26;text=\"say \\\",\\\"\"",
        "SIPX;cause=1,SIP | SIP / SIPX;cause=1",
        "Q.850;text=\"no end, SIP | Q.850;text=\"no end, SIP",
        ", ,SIP;cause=487,, | SIP;cause=487",
      })
  void passesTheCallersReasonsOnOneInALineAndSipFirst(String said, String told) {
    rig.backends.forEach(FakeBackend::rings);
    Leg call = phone.invite();
    rig.net.runMs(100);
    call.cancel("Reason: " + said);
    rig.net.runMs(100);

    for (int i = 1; i <= 3; i++) {
      assertThat(cancelled(i).all("Reason")).containsExactly(told.split(" / "));
    }
    rig.assertEmpty();
  }

  @Test
  void passesOnReasonsOfSeveralAndOfFoldedLines() {
    rig.backends.forEach(FakeBackend::rings);
    Leg call = phone.invite();
    rig.net.runMs(100);
    call.cancel("Reason: Q.850\r\n ;cause=16", "reason: SIP;cause=200");
    rig.net.runMs(100);

    assertThat(cancelled(1).all("Reason")).containsExactly("SIP;cause=200", "Q.850   ;cause=16");
    rig.assertEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Q.851;text=\"LONG\"", "Q.851;text=\"LONG", "Q.851,LONG"})
  void leavesOutWhatWouldMakeTheCancelTooLong(String tooLong) {
    rig.backends.forEach(FakeBackend::rings);
    Leg call = phone.invite();
    rig.net.runMs(100);
    String q850 = "Q.850;text=\"" + "x".repeat(200) + '"';
    call.cancel("Reason: " + q850, "Reason: " + tooLong.replace("LONG", "x".repeat(9_000)));
    rig.net.runMs(100);

    assertThat(cancelled(1).all("Reason")).startsWith(q850).doesNotContain(tooLong);
    assertThat(cancelled(1).text()).hasSizeLessThan(800);
    rig.assertEmpty();
  }

  @Test
  void leavesOutOthersBeforeTheOneOfSip() {
    rig.backends.forEach(FakeBackend::rings);
    Leg call = phone.invite();
    rig.net.runMs(100);
    call.cancel("Reason: Q.850;text=\"" + "x".repeat(230) + '"', "Reason: " + ELSEWHERE);
    rig.net.runMs(100);

    assertThat(cancelled(1).all("Reason")).containsExactly(ELSEWHERE);
    rig.assertEmpty();
  }

  @Test
  void keepsTheCallersReasonUntilTheBackendIsHeard() {
    serial();
    rig.backend(1).script = in -> in.answerAfter(300, 100);
    Leg call = phone.invite();
    rig.net.runMs(100);
    call.cancel("Reason: " + ELSEWHERE);
    rig.net.runMs(100);
    assertThat(rig.backend(1).copies("CANCEL")).isZero();
    rig.net.runMs(300);

    assertThat(cancelled(1).all("Reason")).containsExactly(ELSEWHERE);
    rig.assertEmpty();
  }

  @Test
  void passesItOnWhereAReInviteIsCancelled() {
    serial();
    Leg call = phone.invite();
    rig.net.runMs(100);
    rig.backend(1).inDialog = in -> in.answer(100);
    call.send("INVITE");
    rig.net.runMs(50);
    call.cancel("Reason: SIP;cause=487, Q.850;cause=16");
    rig.net.runMs(50);

    assertThat(cancelled(1).all("Reason")).containsExactly("SIP;cause=487", "Q.850;cause=16");
    rig.backend(1).inDialog = in -> in.answer(200);
    call.bye();
    rig.assertEmpty();
  }

  // ---- nobody has: its time is over ----

  @Test
  void givesNoReasonToABackendThatWakesWhileNobodyHasAnswered() {
    serial();
    rig.backend(1).script = in -> in.answerAfter(2_500, 180);
    rig.backend(2).rings();
    Leg call = phone.invite();
    rig.net.runMs(4_000);

    assertThat(cancelled(1).all("Reason")).isEmpty();
    call.cancel();
    rig.net.runMs(100);
    rig.assertEmpty();
  }

  @Test
  void tellsABackendThatWakesLateThatTheNextHasTheCall() {
    serial();
    rig.backend(1).script = in -> in.answerAfter(10_000, 180);
    Leg call = phone.invite();
    rig.net.runMs(5_000);
    assertThat(call.last("INVITE").status()).isEqualTo(200);
    rig.net.runMs(6_000);

    assertThat(cancelled(1).all("Reason")).containsExactly(ELSEWHERE);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void givesNoReasonAtTimerC() {
    serial();
    rig.backend(1).rings();
    phone.invite();
    rig.net.runMs(182_000);

    assertThat(cancelled(1).all("Reason")).isEmpty();
    rig.assertEmpty();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the next backend is tried and when it is not; b1 is asked first, then b2, then b3. */
class FailoverScenarioTest {
  private final ServerRig rig = ServerRig.farm("balance: priority", "failover: { tries: 2 }");
  private final FakePhone phone = rig.phone();
  private final FakeBackend b1 = rig.backend(1);
  private final FakeBackend b2 = rig.backend(2);
  private final FakeBackend b3 = rig.backend(3);

  @ParameterizedTest
  @ValueSource(ints = {300, 302, 400, 401, 404, 407, 408, 480, 486, 488, 501, 505, 513, 600, 603})
  void passesOnWhatTheUserOrTheRequestDecided(int status) {
    b1.says(status, "Reason: Q.850;cause=17", "X-Kept: as it was");
    Leg call = phone.invite();
    rig.net.runMs(100);

    assertThat(call.last("INVITE").status()).isEqualTo(status);
    assertThat(call.last("INVITE").first("X-Kept")).isEqualTo("as it was");
    assertThat(b2.received).isEmpty();
    assertThat(b1.copies("ACK")).isEqualTo(1);
    assertThat(rig.log()).contains("backend=b1 tries=1 status=" + status + " flag=-");
    rig.assertEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void triesTheNextBackendAfterAServerFailure(int status) {
    b1.says(status);
    Leg call = phone.invite();
    rig.net.runMs(100);

    assertThat(call.statuses("INVITE")).containsExactly(100, 180, 200);
    assertThat(b1.requests("INVITE")).isEqualTo(1);
    assertThat(rig.load(1)).isZero();
    assertThat(rig.load(2)).isEqualTo(1);
    call.bye();
    rig.net.runMs(100);
    assertThat(rig.log()).contains("backend=b2 tries=2 status=200 flag=- ended=caller");
    rig.assertEmpty();
  }

  @Test
  void triesNoMoreThanTriesAndNoBackendTwice() {
    b1.says(503, "Retry-After: 300");
    b2.says(503, "Retry-After: 300");
    Leg call = phone.invite();
    rig.net.runMs(100);

    assertThat(b1.requests("INVITE")).isEqualTo(1);
    assertThat(b2.requests("INVITE")).isEqualTo(1);
    assertThat(b3.received).isEmpty();
    Seen answer = call.last("INVITE");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.all("Retry-After")).hasSize(1).doesNotContain("300");
    assertThat(rig.log()).contains("tries=2 status=503");
    rig.assertEmpty();
  }

  @Test
  void leavesASilentBackendAfterTryTimeout() {
    b1.silent();
    Leg call = phone.invite();
    rig.net.runMs(1900);
    assertThat(b2.received).isEmpty();
    rig.net.runMs(200);

    assertThat(call.statuses("INVITE")).containsExactly(100, 180, 200);
    assertThat(rig.load(1)).isZero();
    call.bye();
    rig.net.runMs(100);
    assertThat(rig.log()).contains("backend=b2 tries=2 status=200 flag=-");
    rig.assertEmpty();
  }

  @Test
  void cancelsAnAbandonedBackendThatRingsLate() {
    b1.script = in -> in.answerAfter(2500, 180).answerAfter(60_000, 200);
    Leg call = phone.invite();
    rig.net.runMs(3000);

    assertThat(b1.requests("CANCEL")).isEqualTo(1);
    assertThat(call.statuses("INVITE")).containsExactly(100, 180, 200);
    assertThat(b1.copies("ACK")).isEqualTo(1);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void passesOnTheLate200OfAnAbandonedBackend() {
    b1.script = in -> in.answerAfter(2100, 200);
    b2.rings();
    Leg call = phone.invite();
    rig.net.runMs(3000);

    assertThat(call.statuses("INVITE")).containsExactly(100, 180, 200);
    assertThat(b1.copies("ACK")).isEqualTo(1);
    assertThat(b2.requests("CANCEL")).isEqualTo(1);
    assertThat(rig.load(1)).isEqualTo(1);
    assertThat(rig.load(2)).isZero();
    call.bye();
    rig.net.runMs(100);
    assertThat(b1.requests("BYE")).isEqualTo(1);
    assertThat(rig.log()).contains("backend=b1 tries=2 status=200");
    rig.assertEmpty();
  }

  @Test
  void letsTheSecondBackendRingForLong() {
    b1.says(503);
    b2.script = in -> in.answer(100).answerAfter(9_000, 180).answerAfter(20_000, 200);
    Leg call = phone.invite();
    rig.net.runMs(21_000);

    assertThat(call.statuses("INVITE")).containsExactly(100, 180, 200);
    assertThat(b2.copies("CANCEL")).isZero();
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void leavesAClosedPortAtOnce() {
    rig.net.close(b1.address);
    Leg call = phone.invite();
    rig.net.runMs(100);

    assertThat(call.last("INVITE").status()).isEqualTo(200);
    call.bye();
    rig.assertEmpty();
    assertThat(rig.log()).contains("backend=b2 tries=2");
  }

  @Test
  void answers503WhenEveryPortIsClosed() {
    rig.backends.forEach(backend -> rig.net.close(backend.address));
    Leg call = phone.invite();
    rig.net.runMs(100);

    assertThat(call.last("INVITE").status()).isEqualTo(503);
    assertThat(call.last("INVITE").all("Retry-After")).hasSize(1);
    assertThat(rig.log()).contains("status=503 flag=UF");
    rig.assertEmpty();
  }

  @Test
  void answers503WhenNobodyAnswers() {
    rig.backends.forEach(FakeBackend::silent);
    Leg call = phone.invite();
    rig.net.runMs(5_000);

    assertThat(call.last("INVITE").status()).isEqualTo(503);
    assertThat(rig.log()).contains("tries=2 status=503 flag=UT");
    rig.assertEmpty();
  }

  @Test
  void answers503WhenNobodyIsInService() {
    rig.house.pools().all().iterator().next().backends().forEach(backend -> backend.maintenance());
    rig.net.runMs(10);
    Leg call = phone.invite();
    rig.net.runMs(100);

    assertThat(call.last("INVITE").status()).isEqualTo(503);
    assertThat(rig.log()).contains("backend=null tries=0 status=503 flag=UH");
    rig.assertEmpty();
  }

  @Test
  void waitsForASlowButLivingBackendWhenARequestHasNowhereElseToGo() {
    ServerRig single = ServerRig.farm("balance: priority", "failover: { tries: 1 }");
    single.backend(1).script = in -> in.answerAfter(6_000, 200);
    Leg request = single.phone().begin("MESSAGE");
    single.net.runMs(7_000);

    assertThat(request.statuses("MESSAGE")).containsExactly(100, 200);
    assertThat(single.log()).contains("MESSAGE route=all pool=farm backend=b1 tries=1 status=200");
    single.assertEmpty();
  }

  @Test
  void triesTheNextBackendForASilentRequest() {
    b1.silent();
    Leg request = phone.begin("OPTIONS");
    rig.net.runMs(3_000);

    assertThat(request.last("OPTIONS").status()).isEqualTo(200);
    assertThat(b2.requests("OPTIONS")).isEqualTo(1);
    rig.assertEmpty();
  }

  @Test
  void staysSilentWhenNobodyAnswersARequest() {
    rig.backends.forEach(FakeBackend::silent);
    Leg request = phone.begin("OPTIONS");
    rig.net.runMs(40_000);

    assertThat(request.statuses("OPTIONS")).allMatch(status -> status == 100);
    assertThat(request.timedOut).isTrue();
    assertThat(rig.log()).contains("tries=2 status=0 flag=UT");
    rig.assertEmpty();
  }

  @Test
  void saysOverflowWhenEveryBackendIsFull() {
    String yaml =
        ServerRig.farmYaml("balance: priority")
            .replaceAll("( uri: \"[^\"]+\")", "$1, max-calls: 1");
    ServerRig full = ServerRig.of(1, 1, yaml);
    FakePhone caller = full.phone();
    Leg[] calls = {caller.invite(), caller.invite(), caller.invite()};
    full.net.runMs(100);
    Leg fourth = caller.invite();
    full.net.runMs(100);

    assertThat(fourth.last("INVITE").status()).isEqualTo(503);
    assertThat(full.log()).contains("tries=0 status=503 flag=UO");
    calls[1].bye();
    full.net.runMs(100);
    Leg fifth = caller.invite();
    full.net.runMs(100);
    assertThat(fifth.last("INVITE").status()).isEqualTo(200);
    assertThat(full.load(2)).isEqualTo(1);
    fifth.bye();
    calls[0].bye();
    calls[2].bye();
    full.assertEmpty();
  }

  @Test
  void waitsForTimerBWhenSilenceIsNoReasonToLeave() {
    ServerRig patient = ServerRig.farm("balance: priority", "failover: { on: [503] }");
    patient.backend(1).script = in -> in.answerAfter(5_000, 180).answerAfter(6_000, 200);
    Leg call = patient.phone().invite();
    patient.net.runMs(7_000);

    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(patient.backend(2).received).isEmpty();
    call.bye();
    patient.assertEmpty();
  }

  @Test
  void asksEachBackendInTurnThoughOneRequestFailedOver() {
    ServerRig turns = ServerRig.farm("balance: round-robin");
    turns.backends.forEach(backend ->
        backend.script = in -> in.answer(in.request.method().equals("INVITE") ? 486 : 200));
    FakePhone caller = turns.phone();
    for (int i = 0; i < 30; i++) {
      caller.invite();
      turns.net.runMs(20);
    }
    turns.backends.forEach(backend -> assertThat(backend.requests("INVITE")).isEqualTo(10));
    turns.assertEmpty();
  }

  @Test
  void asksNobodyWhoseChecksStayUnansweredUntilTheyAreAnswered() {
    ServerRig checked =
        ServerRig.of(
            1,
            1,
            ServerRig.farmYaml("balance: priority")
                .replace("health: off", "health: { interval: 5s }"));
    checked.backend(1).silent();
    checked.net.runMs(30_000);
    Leg around = checked.phone().invite();
    checked.net.runMs(100);
    assertThat(around.last("INVITE").status()).isEqualTo(200);
    assertThat(checked.load(2)).isEqualTo(1);

    checked.backend(1).takes();
    checked.net.runMs(30_000);
    Leg back = checked.phone().invite();
    checked.net.runMs(100);
    assertThat(checked.load(1)).isEqualTo(1);
    around.bye();
    back.bye();
    checked.net.runMs(100);
    assertThat(checked.logs()).hasSize(2).allMatch(line -> line.contains("tries=1 status=200"));
    checked.house.stop();
    checked.assertEmpty();
  }
}

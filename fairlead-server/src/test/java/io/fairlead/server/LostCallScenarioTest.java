// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.esl.EslSessionError;
import io.fairlead.esl.FakeEsl;
import io.fairlead.pool.health.HealthState;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A call whose backend dies: what its phone asks afterwards is answered at once, so that it hangs
 * up (RFC 3261 §12.2.1.2, §15.1.1), and the books say what became of the call.
 */
class LostCallScenarioTest {
  private final ServerRig rig =
      ServerRig.of(
          1,
          1,
          ServerRig.farmYaml("balance: priority", "esl: { password: ClueCon }")
              .replace("health: off", "health: { interval: 2s, jitter: 0% }"));
  private final FakePhone phone = rig.phone();
  private final FakeBackend b1 = rig.backend(1);
  private FakeEsl.Session fs1 = rig.esl.of("b1");

  @BeforeEach
  void connect() {
    fs1 = fs1.connect().beats(Duration.ofSeconds(20));
    rig.net.runMs(3000);
  }

  private Leg talking() {
    Leg call = phone.invite();
    rig.net.runMs(100);
    assertThat(call.last("INVITE").status()).isEqualTo(200);
    return call;
  }

  private void kill() {
    rig.net.close(b1.address);
    fs1.fail(EslSessionError.CLOSED, "closed");
    fs1.restart();
    rig.net.runMs(7000);
    assertThat(state()).isEqualTo(HealthState.DOWN);
  }

  private void comesBack() {
    fs1.restart();
    rig.net.open(b1.address, b1);
    fs1.connect();
    rig.net.runMs(10);
  }

  // Checks of backends go on, so there are always transactions.
  private void assertNothingIsHeld() {
    rig.settle();
    assertThat(rig.house.calls()).isZero();
    assertThat(rig.house.unfinished()).isZero();
    assertThat(rig.load(1)).isZero();
  }

  private HealthState state() {
    return Objects.requireNonNull(rig.house.pools().get("farm"))
        .backends()
        .getFirst()
        .health()
        .state();
  }

  @Test
  void aByeToABackendThatIsDownGets481AtOnceAndEndsTheCall() {
    Leg call = talking();
    kill();
    call.bye();
    rig.net.runMs(20);

    assertThat(call.statuses("BYE")).containsExactly(481);
    assertThat(rig.load(1)).isZero();
    assertThat(rig.log()).endsWith("status=200 flag=- ended=backend-lost");
    assertNothingIsHeld();
  }

  /** What checks call dead may be cut off for a moment. */
  @Test
  void theByeGoesToASilentBackendAllTheSame() {
    Leg call = talking();
    b1.silent();
    b1.inDialog = in -> {};
    rig.net.runMs(15_000);
    assertThat(state()).isEqualTo(HealthState.DOWN);
    call.bye();
    rig.net.runMs(400);
    assertThat(call.statuses("BYE")).isEmpty();
    rig.net.runMs(200);

    assertThat(call.statuses("BYE")).containsExactly(481);
    assertThat(b1.requests("BYE")).isEqualTo(1);
    rig.net.runMs(1000);
    assertThat(call.statuses("BYE")).containsExactly(481);
    assertNothingIsHeld();
  }

  private void hangsUpAsUsual(Leg call) {
    call.bye();
    rig.net.runMs(100);
    assertThat(call.statuses("BYE")).containsExactly(200);
    rig.net.runMs(900);
    assertThat(call.statuses("BYE")).containsExactly(200);
    assertThat(rig.log()).doesNotContain("backend-lost");
    assertNothingIsHeld();
  }

  /** Checks may be wrong for good: a backend that took the call lives. */
  @Test
  void theByeGoesToABackendThatAnswersCallsButNoChecks() {
    b1.takesCallsOnly();
    rig.net.runMs(15_000);
    assertThat(state()).isEqualTo(HealthState.DOWN);
    Leg call = talking();
    hangsUpAsUsual(call);
  }

  @Test
  void theByeGetsTheAnswerOfABackendThatCeasedToAnswerChecksOnly() {
    Leg call = talking();
    b1.takesCallsOnly();
    rig.net.runMs(15_000);
    assertThat(state()).isEqualTo(HealthState.DOWN);
    hangsUpAsUsual(call);
  }

  @Test
  void anotherRequestGoesItsWayWhileTheBackendIsDown() {
    Leg call = talking();
    b1.silent();
    rig.net.runMs(15_000);
    assertThat(state()).isEqualTo(HealthState.DOWN);
    call.send("UPDATE");
    rig.net.runMs(200);

    assertThat(call.statuses("UPDATE")).containsExactly(200);
    assertThat(rig.house.calls()).isEqualTo(1);
    call.bye();
    assertNothingIsHeld();
  }

  @Test
  void aCallIsOverAsSoonAsItsBackendIsKnownToBeAnother() {
    Leg call = talking();
    kill();
    assertThat(rig.house.calls()).isEqualTo(1);
    comesBack();

    assertThat(rig.house.calls()).isZero();
    assertThat(rig.load(1)).isZero();
    assertThat(rig.log()).endsWith("status=200 flag=- ended=backend-lost");
    assertThat(call.statuses("BYE")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"BYE", "INVITE", "UPDATE", "INFO"})
  void whatAPhoneAsksOfACallThatIsGoneGets481WithoutTheBackend(String method) {
    Leg call = talking();
    kill();
    comesBack();
    call.send(method);
    rig.net.runMs(20);

    assertThat(call.last(method).status()).isEqualTo(481);
    assertThat(b1.requests(method)).isEqualTo(method.equals("INVITE") ? 1 : 0);
    assertNothingIsHeld();
  }

  @Test
  void aCallThatIsGoneIsForgottenAfterLostMemoryAndTheBackendAnswersItself() {
    Leg call = talking();
    kill();
    comesBack();
    b1.inDialog = in -> in.answer(481);
    rig.net.run(Duration.ofMinutes(6));
    call.bye();
    rig.net.runMs(100);

    assertThat(call.statuses("BYE")).containsExactly(481);
    assertThat(b1.requests("BYE")).isEqualTo(1);
    assertNothingIsHeld();
  }

  @Test
  void aByeToAClosedPortGets481AlsoBeforeTheBackendIsKnownToBeDown() {
    Leg call = talking();
    rig.net.close(b1.address);
    call.bye();
    rig.net.runMs(20);

    assertThat(call.statuses("BYE")).containsExactly(481);
    assertThat(rig.load(1)).isZero();
    assertThat(rig.log()).endsWith("status=200 flag=- ended=backend-lost");
    assertNothingIsHeld();
  }

  @Test
  void aByeToAPhoneIsNoMatterOfTheBackends() {
    Leg call = talking();
    kill();
    b1.facing(call).bye();
    rig.net.runMs(100);
    assertThat(b1.facing(call).statuses("BYE")).isEmpty();
    assertThat(call.methods()).contains("BYE");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pool with {@code balance: fanout}: all backends ring (RFC 3261 §16.7). */
class ForkScenarioTest {
  private final ServerRig rig = ServerRig.farm("balance: fanout");
  private final FakePhone phone = rig.phone();
  private final FakeBackend b1 = rig.backend(1);
  private final FakeBackend b2 = rig.backend(2);
  private final FakeBackend b3 = rig.backend(3);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void connectsTheFirstThatAnswersAndCancelsTheOthers(int number) {
    rig.backends.forEach(FakeBackend::rings);
    FakeBackend winner = rig.backend(number);
    winner.takes();
    Leg call = phone.invite();
    rig.net.runMs(200);

    assertThat(call.last("INVITE").status()).isEqualTo(200);
    for (int i = 1; i <= 3; i++) {
      assertThat(rig.backend(i).requests("CANCEL")).isEqualTo(i == number ? 0 : 1);
      assertThat(rig.load(i)).isEqualTo(i == number ? 1 : 0);
    }
    call.bye();
    rig.net.runMs(100);
    assertThat(winner.requests("BYE")).isEqualTo(1);
    assertThat(rig.log()).contains("backend=b" + number + " tries=3 status=200");
    rig.assertEmpty();
  }

  @Test
  void choosesTheLowestClassOfTheFailures() {
    b1.says(503);
    b2.says(486);
    b3.says(302);
    Leg call = phone.invite();
    rig.net.runMs(100);

    assertThat(call.statuses("INVITE")).containsExactly(100, 302);
    rig.assertEmpty();
  }

  @Test
  void letsA6xxEndTheOthers() {
    b1.rings();
    b2.script = in -> in.answerAfter(50, 603);
    b3.says(486);
    Leg call = phone.invite();
    rig.net.runMs(200);

    assertThat(call.last("INVITE").status()).isEqualTo(603);
    assertThat(b1.requests("CANCEL")).isEqualTo(1);
    rig.assertEmpty();
  }

  @Test
  void gathersTheChallengesOfAllBranches() {
    b1.says(401, "WWW-Authenticate: Digest realm=\"one\", nonce=\"1\"");
    b2.says(407, "Proxy-Authenticate: Digest realm=\"two\", nonce=\"2\"");
    b3.says(486);
    Leg call = phone.invite();
    rig.net.runMs(100);

    Seen answer = call.last("INVITE");
    assertThat(answer.status()).isIn(401, 407);
    assertThat(answer.all("WWW-Authenticate")).singleElement().asString().contains("one");
    assertThat(answer.all("Proxy-Authenticate")).singleElement().asString().contains("two");
    rig.assertEmpty();
  }

  @Test
  void endsWithTheBestWhenTheOthersAreSilent() {
    b1.silent();
    b2.silent();
    b3.says(486);
    Leg call = phone.invite();
    rig.net.runMs(2_500);

    assertThat(call.last("INVITE").status()).isEqualTo(486);
    assertThat(rig.log()).contains("status=486 flag=-");
    rig.assertEmpty();
  }

  @Test
  void cancelsEveryBranchWithTheCaller() {
    rig.backends.forEach(FakeBackend::rings);
    Leg call = phone.invite();
    rig.net.runMs(50);
    call.cancel();
    rig.net.runMs(100);

    rig.backends.forEach(backend -> assertThat(backend.requests("CANCEL")).isEqualTo(1));
    assertThat(call.last("INVITE").status()).isEqualTo(487);
    assertThat(rig.log()).contains("flag=CC");
    rig.assertEmpty();
  }

  @Test
  void passesOnTwo200sThatCross() {
    Leg call = phone.invite();
    rig.net.runMs(200);

    assertThat(call.statuses("INVITE").stream().filter(status -> status == 200).count())
        .isEqualTo(3);
    assertThat(rig.house.calls()).isEqualTo(1);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void sendsOtherRequestsToAllAndGivesOneAnswer() {
    Leg request = phone.begin("MESSAGE");
    rig.net.runMs(100);

    assertThat(request.statuses("MESSAGE")).containsExactly(200);
    rig.backends.forEach(backend -> assertThat(backend.requests("MESSAGE")).isEqualTo(1));
    rig.assertEmpty();
  }
}

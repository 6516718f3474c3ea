// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.pool.Backend;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Users whose backend takes no calls are reached all the same, and move to another. */
class ClosedBackendScenarioTest {
  private static final String CHECKED =
      "balance: round-robin\n    health: { interval: 1s, timeout: 500ms }";
  private static final String UNCHECKED = "balance: round-robin";

  private UpstreamRig farm = new UpstreamRig("mode: forward", UNCHECKED);

  private ServerRig rig() {
    return farm.rig;
  }

  private static Backend backend(UpstreamRig farm, String name) {
    return Objects.requireNonNull(farm.rig.house.pools().all().iterator().next().backend(name));
  }

  // As `fsctl pause` makes it: calls and registrations get 503, checks do not.
  private void pause(String name) {
    FakeBackend paused = rig().backend(Integer.parseInt(name.substring(1)));
    FakeAgent.Script before = paused.script;
    paused.script =
        in -> {
          if (in.request.method().equals("OPTIONS")) {
            before.on(in);
          } else {
            in.answer(503, "Retry-After: 300");
          }
        };
  }

  private Leg call(String method) {
    Leg leg = rig().phone().leg("sip:1001@farm.test");
    ((FakePhone) leg.agent).request(leg, method, 1);
    rig().net.runMs(3_000);
    return leg;
  }

  private void assertRang(RegisteringPhone phone, Leg leg) {
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    assertThat(phone.calls()).extracting(Seen::method).contains("INVITE");
    int calls = rig().house.calls();
    leg.bye();
    rig().net.runMs(200);
    assertThat(leg.last("BYE").status()).isEqualTo(200);
    assertThat(rig().house.calls()).isEqualTo(calls - 1);
    for (int i = 1; i <= 3; i++) {
      assertThat(rig().load(i)).as("calls of b" + i).isZero();
    }
    assertThat(rig().house.unfinished()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"forward", "mid"})
  void aPausedBackendIsNotAskedAndThePhoneRings(String mode) {
    farm = new UpstreamRig("mode: " + mode, UNCHECKED);
    RegisteringPhone phone = farm.phone("1001").register();
    String own = farm.holder(phone);
    pause(own);
    backend(farm, own).condition().noRoom("paused");

    assertRang(phone, call("INVITE"));
    assertThat(farm.backend(phone).requests("INVITE")).isZero();
    assertThat(rig().logs().getLast())
        .contains("backend=udp:198.51.100.7:10001 tries=1 status=200");
  }

  @ParameterizedTest
  @ValueSource(strings = {"forward", "mid"})
  void aRenewalGoesToAnotherBackendWhichThenGetsTheCalls(String mode) {
    farm = new UpstreamRig("mode: " + mode, UNCHECKED);
    RegisteringPhone phone = farm.phone("1001").register();
    String own = farm.holder(phone);
    FakeFreeSwitch left = farm.holding(phone);
    pause(own);
    backend(farm, own).condition().noRoom("paused");
    long before = left.answers.size();
    phone.register();

    assertThat(phone.last().status()).isEqualTo(200);
    assertThat(left.answers).as("not even asked").hasSize((int) before);
    String next = farm.only(phone).upstream().backend();
    assertThat(next).isNotEqualTo(own);
    assertThat(farm.verdict(mode.equals("mid") ? "closed" : "forwarded")).isPositive();

    backend(farm, own).condition().noRoom(null);
    call("INVITE");
    assertThat(rig().backend(Integer.parseInt(next.substring(1))).requests("INVITE")).isEqualTo(1);
    phone.register();
    assertThat(farm.only(phone).upstream().backend()).as("stays").isEqualTo(next);
    assertThat(farm.verdict("absorbed")).isEqualTo(mode.equals("mid") ? 1 : 0);
  }

  @Test
  void renewalsAreAnsweredHereAsLongAsNoOtherBackendIsOpen() {
    farm = new UpstreamRig("mode: mid", UNCHECKED);
    RegisteringPhone phone = farm.phone("1001").register();
    long asked = farm.asked();
    for (int i = 1; i <= 3; i++) {
      pause("b" + i);
      backend(farm, "b" + i).condition().noRoom("paused");
    }
    phone.register();

    assertThat(phone.last().status()).isEqualTo(200);
    assertThat(farm.asked()).isEqualTo(asked);
    assertRang(phone, call("INVITE"));
  }

  @Test
  void withNoOtherOpenTheUsersOwnMayStillTakeTheRegistration() {
    RegisteringPhone phone = farm.phone("1001").register();
    String own = farm.holder(phone);
    for (int i = 1; i <= 3; i++) {
      backend(farm, "b" + i).condition().noRoom("full");
    }
    phone.register();

    assertThat(phone.last().status()).isEqualTo(200);
    assertThat(farm.only(phone).upstream().backend()).isEqualTo(own);
  }

  @Test
  void aBackendWithoutAFreePlaceIsPassedOverForTheCall() {
    RegisteringPhone phone = farm.phone("1001").register();
    rig()
        .house
        .reload(
            ServerRig.plan(
                UpstreamRig.yaml("mode: forward", UNCHECKED)
                    .replace(":5060\" }", ":5060\", max-calls: 1 }")));
    int own = Integer.parseInt(farm.holder(phone).substring(1));
    Leg first = call("INVITE");
    assertThat(rig().load(own)).isEqualTo(1);
    Leg second = call("INVITE");

    assertThat(second.last("INVITE").status()).isEqualTo(200);
    assertThat(phone.calls()).extracting(Seen::method).contains("INVITE");
    assertThat(rig().load(own)).isEqualTo(1);
    first.bye();
    second.bye();
    rig().net.runMs(200);
    assertThat(rig().house.calls()).isZero();
  }

  @Test
  void aDrainingBackendIsPassedOverAndItsUsersMove() {
    RegisteringPhone phone = farm.phone("1001").register();
    String own = farm.holder(phone);
    backend(farm, own).drain();
    rig().net.runMs(10);

    assertRang(phone, call("INVITE"));
    phone.register();
    assertThat(farm.only(phone).upstream().backend()).isNotEqualTo(own);
  }

  @ParameterizedTest
  @CsvSource({"frozen, 2000", "killed, 0", "overloaded, 0"})
  void theSameCallGoesToThePhoneWhenItsBackendFails(String how, long afterMs) {
    farm = new UpstreamRig("mode: mid", CHECKED);
    RegisteringPhone phone = farm.phone("1001").register();
    FakeBackend own = farm.backend(phone);
    switch (how) {
      case "frozen" -> own.silent();
      case "killed" -> rig().net.close(own.address);
      default -> pause(farm.holder(phone));
    }
    long startedMs = rig().net.nowMs();
    Leg leg = rig().phone().leg("sip:1001@farm.test");
    ((FakePhone) leg.agent).request(leg, "INVITE", 1);
    rig().net.runMs(afterMs + 200);

    assertThat(rig().net.nowMs() - startedMs).isLessThan(2_500);
    assertThat(leg.statuses("INVITE")).endsWith(200).doesNotContain(503);
    assertRang(phone, leg);
    assertThat(rig().logs().getLast()).contains("tries=2 status=200 flag=- ended=caller");
  }

  @Test
  void aBackendThatThawsBesideTheRingingPhoneIsCancelled() {
    RegisteringPhone phone = farm.phone("1001").register();
    FakeBackend own = farm.backend(phone);
    Incoming[] frozen = new Incoming[1];
    own.script = in -> frozen[0] = in;
    Leg leg = rig().phone().leg("sip:1001@farm.test");
    ((FakePhone) leg.agent).request(leg, "INVITE", 1);
    rig().net.runMs(2_200);
    Objects.requireNonNull(frozen[0]).answer(100);
    rig().net.runMs(100);

    assertThat(own.requests("CANCEL")).isEqualTo(1);
    assertRang(phone, leg);
    rig().assertEmpty();
  }

  @Test
  void whatTheBackendDecidesOfTheUserIsTheAnswer() {
    for (int status : new int[] {486, 480, 404, 603, 500}) {
      assertThat(decided(status)).isEqualTo(status);
    }
    assertThat(decided(503, "Reason: Q.850;cause=41;text=\"NORMAL_TEMPORARY_FAILURE\""))
        .as("about one destination")
        .isEqualTo(503);
  }

  private int decided(int status, String... headers) {
    farm = new UpstreamRig("mode: forward", UNCHECKED);
    RegisteringPhone phone = farm.phone("1001").register();
    farm.backend(phone).says(status, headers);
    Leg leg = call("INVITE");
    assertThat(phone.calls()).isEmpty();
    assertThat(rig().house.unfinished()).isZero();
    return leg.last("INVITE").status();
  }

  @Test
  void withoutDirectThePhoneIsNotAsked() {
    farm = new UpstreamRig("mode: forward, upstream: { direct: false }", UNCHECKED);
    RegisteringPhone phone = farm.phone("1001").register();
    pause(farm.holder(phone));

    assertThat(call("INVITE").last("INVITE").status()).isEqualTo(503);
    assertThat(phone.calls()).isEmpty();
  }

  @Test
  void theCallerWhoCancelsDuringTheWaitEndsItAll() {
    RegisteringPhone phone = farm.phone("1001").register();
    farm.backend(phone).silent();
    Leg leg = rig().phone().leg("sip:1001@farm.test");
    ((FakePhone) leg.agent).request(leg, "INVITE", 1);
    rig().net.runMs(1_000);
    leg.cancel();
    rig().net.runMs(40_000);

    assertThat(leg.last("INVITE").status()).isEqualTo(487);
    assertThat(phone.calls()).isEmpty();
    rig().assertEmpty();
  }

  @Test
  void aSubscriptionIsForTheBackendAsLongAsItLives() {
    RegisteringPhone phone = farm.phone("1001").register();
    String own = farm.holder(phone);
    backend(farm, own).condition().noRoom("full");

    assertThat(call("SUBSCRIBE").last("SUBSCRIBE").status()).isEqualTo(200);
    assertThat(farm.backend(phone).requests("SUBSCRIBE")).isEqualTo(1);
    assertThat(phone.calls()).isEmpty();
  }

  @Test
  void aPausedBackendsOwnCallToItsUserGoesToThePhone() {
    RegisteringPhone phone = farm.phone("1001").register();
    FakeBackend own = farm.backend(phone);
    backend(farm, farm.holder(phone)).condition().noRoom("paused");
    String user = "sip:1001@farm.test";
    Leg leg = new Leg(own, own.mint("call"), "ft", "sip:1000@10.0.0.1", user, user);
    leg.routes = java.util.List.of("<sip:203.0.113.10:5060;lr>");
    own.legs.put(leg.callId, leg);
    own.request(leg, "MESSAGE", 1);
    rig().net.run(Duration.ofMillis(200));

    assertThat(leg.statuses("MESSAGE")).containsExactly(200);
    assertThat(phone.calls()).hasSize(1);
  }
}

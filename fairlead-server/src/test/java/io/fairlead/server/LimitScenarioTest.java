// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.guard.limit.LimitStatus;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the limits of the guard do to calls. */
class LimitScenarioTest {
  private static String yaml(String limits) {
    return "guard:\n  limits:\n" + limits.indent(4) + ServerRig.farmYaml("balance: priority");
  }

  private static ServerRig rig(String... limits) {
    StringBuilder text = new StringBuilder();
    for (String limit : limits) {
      text.append("- ").append(limit).append('\n');
    }
    return ServerRig.of(1, 1, yaml(text.toString()));
  }

  private static int status(ServerRig rig, Leg leg) {
    rig.net.runMs(200);
    return leg.last("INVITE").status();
  }

  private static String reason(Leg leg) {
    return leg.last("INVITE")
        .text()
        .lines()
        .findFirst()
        .orElseThrow()
        .replaceFirst("SIP/2.0 [0-9]+ ", "");
  }

  private static LimitStatus limit(ServerRig rig, int i) {
    return rig.limits().status(10).get(i);
  }

  @Test
  void refusesTheCallThatIsOverMaxCallsAndTakesTheNextWhenOneHasEnded() {
    ServerRig rig =
        rig(
            "{ name: per-user, key: from-user, max-calls: 2, over: { status: 486, reason: Busy }"
                + " }");
    FakePhone phone = rig.phone();
    Leg first = phone.invite();
    assertThat(status(rig, first)).isEqualTo(200);
    assertThat(status(rig, phone.invite())).isEqualTo(200);

    Leg third = phone.invite();
    assertThat(status(rig, third)).isEqualTo(486);
    assertThat(reason(third)).isEqualTo("Busy");
    assertThat(rig.logs().getLast()).contains("LX");
    assertThat(rig.rule()).isEqualTo("per-user");
    assertThat(limit(rig, 0).calls()).isEqualTo(2);

    first.bye();
    rig.net.runMs(100);
    assertThat(limit(rig, 0).calls()).isEqualTo(1);
    assertThat(status(rig, phone.invite())).isEqualTo(200);
  }

  @Test
  void givesBackWhatACallHeldThatFailedOrWasCancelled() {
    ServerRig rig = rig("{ name: one, key: from-user, max-calls: 1 }");
    rig.backend(1).says(404);
    assertThat(status(rig, rig.phone().invite())).isEqualTo(404);
    rig.backend(1).rings();
    Leg ringing = rig.phone().invite();
    rig.net.runMs(100);
    assertThat(limit(rig, 0).calls()).isEqualTo(1);
    ringing.cancel();
    assertThat(status(rig, ringing)).isEqualTo(487);
    rig.assertEmpty();
    assertThat(limit(rig, 0).calls()).isZero();
    assertThat(limit(rig, 0).keys()).isZero();
  }

  @Test
  void countsACallOnceThatFailsOver() {
    ServerRig rig = rig("{ name: one, key: from-user, max-calls: 1 }");
    rig.backend(1).says(503);
    rig.backend(2).says(503);
    Leg call = rig.phone().invite();
    assertThat(status(rig, call)).isEqualTo(200);
    assertThat(limit(rig, 0).calls()).isEqualTo(1);
    call.bye();
    rig.assertEmpty();
    assertThat(limit(rig, 0).keys()).isZero();
  }

  @Test
  void neverCountsRequestsInADialog() {
    ServerRig rig = rig("{ name: slow, key: from-user, rate: 1/1h }");
    Leg call = rig.phone().invite();
    assertThat(status(rig, call)).isEqualTo(200);
    call.send("INVITE");
    assertThat(status(rig, call)).isEqualTo(200);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void letsARateHaveAllItsCallsAtOnceAndThenOneByOne() {
    ServerRig rig = rig("{ name: burst, key: source-ip, rate: 10/2s, over: { status: 503 } }");
    FakePhone phone = rig.phone();
    rig.backend(1).says(404);
    List<Leg> ten = Stream.generate(phone::invite).limit(10).toList();
    rig.net.runMs(100);
    assertThat(ten).allMatch(leg -> leg.last("INVITE").status() == 404);
    Leg over = phone.invite();
    rig.net.runMs(50);
    assertThat(over.last("INVITE").status()).isEqualTo(503);
    assertThat(over.last("INVITE").all("Retry-After")).containsExactly("1");
    rig.net.runMs(200);
    assertThat(status(rig, phone.invite())).isEqualTo(404);
    rig.net.run(Duration.ofSeconds(30));
    assertThat(status(rig, rig.phone().invite())).isEqualTo(404);
  }

  @Test
  void looksOnlyAtCalledNumbersWithThePrefix() {
    ServerRig rig =
        rig(
            "{ name: oceania, key: [ from-user, 'prefix:61' ], max-calls: 1, over: { status: 403 }"
                + " }");
    FakePhone phone = rig.phone();
    assertThat(status(rig, call(phone, "+61255501234"))).isEqualTo(200);
    assertThat(status(rig, call(phone, "0061 2555".replace(" ", "")))).isEqualTo(403);
    assertThat(status(rig, call(phone, "%2B61-2-5550"))).isEqualTo(403);
    assertThat(status(rig, call(phone, "+4930123456"))).isEqualTo(200);
    assertThat(status(rig, call(phone, "bob61"))).isEqualTo(200);
  }

  private static Leg call(FakePhone phone, String number) {
    return phone.leg("sip:" + number + "@example.com").send("INVITE");
  }

  @Test
  void letsEmergencyCallsPassEveryLimit() {
    String limits = "- { name: none, key: from-user, rate: 1/1h }\n";
    ServerRig rig =
        ServerRig.of(1, 1, yaml(limits).replace("guard:\n", "guard:\n  emergency: [ 112 ]\n"));
    FakePhone phone = rig.phone();
    assertThat(status(rig, call(phone, "1234"))).isEqualTo(200);
    assertThat(status(rig, call(phone, "1234"))).isEqualTo(486);
    assertThat(status(rig, call(phone, "112"))).isEqualTo(200);
    assertThat(status(rig, call(phone, "112"))).isEqualTo(200);
    assertThat(status(rig, call(phone, "1123"))).isEqualTo(486);
  }

  @Test
  void sendsWhatIsOverToTheRouteNamed() {
    String yaml =
        yaml("- { name: one, key: from-user, max-calls: 1, over: { route: sorry } }\n")
            + "  - { name: sorry, match: { user: never }, reject: { status: 480, reason: Sorry }"
            + " }\n";
    ServerRig rig = ServerRig.of(1, 1, yaml);
    FakePhone phone = rig.phone();
    Leg first = phone.invite();
    assertThat(status(rig, first)).isEqualTo(200);
    Leg over = phone.invite();
    assertThat(status(rig, over)).isEqualTo(480);
    assertThat(reason(over)).isEqualTo("Sorry");
    assertThat(rig.rule()).isEqualTo("one");
    first.bye();
    rig.assertEmpty();
    assertThat(limit(rig, 0).calls()).isZero();
  }

  @Test
  void takesTheNextGatewayWhenOneIsOverItsLimit() {
    ServerRig rig = rig("{ name: trunk, key: gateway, max-calls: 1, over: { status: 503 } }");
    FakePhone phone = rig.phone();
    List<Leg> calls = List.of(phone.invite(), phone.invite(), phone.invite());
    rig.net.runMs(200);
    for (int i = 0; i < 3; i++) {
      assertThat(calls.get(i).last("INVITE").status()).isEqualTo(200);
      assertThat(rig.load(i + 1)).isEqualTo(1);
    }
    assertThat(status(rig, phone.invite())).isEqualTo(503);
    assertThat(rig.rule()).isEqualTo("trunk");
    calls.get(1).bye();
    rig.net.runMs(100);
    assertThat(status(rig, phone.invite())).isEqualTo(200);
    assertThat(rig.load(2)).isEqualTo(1);
    assertThat(limit(rig, 0).calls()).isEqualTo(3);
  }

  @Test
  void countsByPoolOfTheRoute() {
    ServerRig rig = rig("{ name: farm-calls, key: pool, max-calls: 2 }");
    assertThat(status(rig, rig.phone().invite())).isEqualTo(200);
    assertThat(status(rig, rig.phone().invite())).isEqualTo(200);
    assertThat(status(rig, rig.phone().invite())).isEqualTo(486);
    assertThat(limit(rig, 0).holders().getFirst().key()).isEqualTo("farm");
  }

  @Test
  void keepsCountsOverAReloadAndGivesBackWhatARemovedLimitHeld() {
    String two =
        "- { name: one, key: from-user, max-calls: 1 }\n"
            + "- { name: two, key: to-user, max-calls: 9 }\n";
    ServerRig rig = ServerRig.of(1, 1, yaml(two));
    FakePhone phone = rig.phone();
    Leg call = phone.invite();
    assertThat(status(rig, call)).isEqualTo(200);
    rig.reload(ServerRig.plan(yaml("- { name: one, key: from-user, max-calls: 2 }\n")));
    assertThat(limit(rig, 0).calls()).isEqualTo(1);
    Leg second = phone.invite();
    assertThat(status(rig, second)).isEqualTo(200);
    assertThat(status(rig, phone.invite())).isEqualTo(486);
    call.bye();
    second.bye();
    rig.assertEmpty();
    assertThat(limit(rig, 0).calls()).isZero();
  }

  @Test
  void tellsOfACallThatIsOverAnAlarmAndLetsItGoOn() {
    ServerRig rig = rig("{ name: fraud, key: from-user, new-destinations: 2/1h, over: alarm }");
    FakePhone phone = rig.phone();
    for (int i = 0; i < 3; i++) {
      assertThat(status(rig, call(phone, "+88216000" + i))).isEqualTo(200);
    }
    assertThat(limit(rig, 0).alarms()).isEqualTo(1);
    assertThat(limit(rig, 0).refused()).isZero();
    assertThat(rig.meters.counter(io.fairlead.observe.Meter.GUARD_LIMIT_ALARMS, "fraud").value())
        .isEqualTo(1);
  }

  @Test
  void knowsADestinationAgain() {
    ServerRig rig = rig("{ name: fraud, key: from-user, new-destinations: 2/1h }");
    FakePhone phone = rig.phone();
    assertThat(status(rig, call(phone, "+88216001"))).isEqualTo(200);
    assertThat(status(rig, call(phone, "+88216002"))).isEqualTo(200);
    assertThat(status(rig, call(phone, "+88216003"))).isEqualTo(486);
    assertThat(status(rig, call(phone, "0088216001"))).isEqualTo(200);
    rig.net.run(Duration.ofMinutes(31));
    assertThat(status(rig, call(phone, "+88216003"))).isEqualTo(200);
  }

  @Test
  void countsMinutesOfCallsThatLiveAndThatAreOver() {
    ServerRig rig = rig("{ name: daily, key: from-user, max-minutes: 10/1d }");
    FakePhone phone = rig.phone();
    Leg first = phone.invite();
    assertThat(status(rig, first)).isEqualTo(200);
    rig.net.run(Duration.ofMinutes(6));
    Leg second = phone.invite();
    assertThat(status(rig, second)).isEqualTo(200);
    first.bye();
    rig.net.run(Duration.ofMinutes(3));
    Leg third = phone.invite();
    assertThat(status(rig, third)).isEqualTo(200);
    rig.net.run(Duration.ofMinutes(2));
    assertThat(status(rig, phone.invite())).isEqualTo(486);
    second.bye();
    third.bye();
    rig.net.run(Duration.ofHours(26));
    assertThat(status(rig, phone.invite())).isEqualTo(200);
  }

  @Test
  void doesNotCountWhatAFreeSwitchPassesOnInTheNameOfAUser() {
    ServerRig rig = rig("{ name: one, key: from-user, max-calls: 1 }");
    FakePhone farm =
        new FakePhone(
            rig.net,
            VirtualNet.at("10.0.0.3", 5080),
            ServerRig.FAIRLEAD,
            io.fairlead.transport.CapturedFlow.UDP);
    for (int i = 0; i < 3; i++) {
      assertThat(status(rig, farm.invite())).isEqualTo(200);
    }
    assertThat(limit(rig, 0).calls()).isZero();
  }

  @Test
  void countsDigestUsersAsAccounts() {
    ServerRig rig = rig("{ name: account, key: account, max-calls: 1 }");
    String alice = "Proxy-Authorization: Digest realm=\"r\", username=\"Alice\", response=\"00\"";
    String same = "Proxy-Authorization: Digest username=\"ali%63e\",realm=\"R\", response=\"11\"";
    String bob = "Authorization: Digest username=\"bob\", realm=\"r\", response=\"username=alice\"";
    assertThat(status(rig, rig.phone().invite(alice))).isEqualTo(200);
    assertThat(status(rig, rig.phone().invite(same))).isEqualTo(486);
    assertThat(status(rig, rig.phone().invite(bob))).isEqualTo(200);
    assertThat(status(rig, rig.phone().invite())).isEqualTo(200);
    assertThat(status(rig, rig.phone().invite("P-Asserted-Identity: <sip:alice@r>")))
        .isEqualTo(200);
    assertThat(limit(rig, 0).holders())
        .extracting(LimitStatus.Holder::key)
        .containsExactly("alice@r", "bob@r");
  }

  @Test
  void believesATrustedNetwork() {
    ServerRig rig = rig("{ name: account, key: account, max-calls: 1, trusted: [ 192.0.2.0/24 ] }");
    String alice = "P-Asserted-Identity: \"Alice\" <sip:alice@carrier.example>";
    assertThat(status(rig, rig.phone().invite(alice))).isEqualTo(200);
    assertThat(status(rig, rig.phone().invite(alice))).isEqualTo(486);
  }

  @Test
  void passesAKeyItHasNoRoomForAndCountsThat() {
    ServerRig rig = rig("{ name: few, key: to-user, max-calls: 1, max-keys: 2 }");
    for (int i = 0; i < 4; i++) {
      Leg leg = rig.phone().leg("sip:u" + i + "@example.com").send("INVITE");
      assertThat(status(rig, leg)).isEqualTo(200);
    }
    assertThat(limit(rig, 0).keys()).isEqualTo(2);
    assertThat(limit(rig, 0).unkept()).isEqualTo(2);
  }

  @Test
  void limitsOtherMethodsWhereItSaysSo() {
    ServerRig rig = rig("{ name: texts, key: from-user, rate: 2/10s, methods: [ MESSAGE ] }");
    FakePhone phone = rig.phone();
    for (int status : new int[] {200, 200, 486}) {
      Leg leg = phone.begin("MESSAGE");
      rig.net.runMs(50);
      assertThat(leg.last("MESSAGE").status()).isEqualTo(status);
    }
    assertThat(status(rig, phone.invite())).isEqualTo(200);
  }
}

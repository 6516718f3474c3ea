// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** More calls than can be handled: here, and at backends that say so. */
class OverloadScenarioTest {
  private ServerRig rig = ServerRig.serial();
  private FakePhone phone = rig.phone();

  private void house(String guard, String... pool) {
    rig = ServerRig.of(1, 1, guard + ServerRig.farmYaml(pool));
    phone = rig.phone();
  }

  private void queueMs(long ms) {
    rig.net.standingQueueNs = ms * 1_000_000;
  }

  private List<Leg> calls(int count, String... headers) {
    List<Leg> legs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      legs.add(phone.invite(headers));
      rig.net.runMs(20);
    }
    rig.net.runMs(200);
    return legs;
  }

  private static long answered(List<Leg> legs, int status) {
    return legs.stream().filter(leg -> leg.last("INVITE").status() == status).count();
  }

  private void end(List<Leg> legs) {
    legs.stream().filter(leg -> leg.last("INVITE").status() == 200).forEach(Leg::bye);
    rig.assertEmpty();
  }

  // ---- here ----

  @ParameterizedTest
  @CsvSource({"0, 0", "200, 0", "250, 5", "300, 10", "398, 19", "400, 20", "9000, 20"})
  void theLongerTheQueueTheMoreNewCallsAreRefused(long queueMs, int refused) {
    queueMs(queueMs);
    List<Leg> legs = calls(20);
    assertThat(answered(legs, 503)).isEqualTo(refused);
    assertThat(answered(legs, 200)).isEqualTo(20 - refused);
    end(legs);
  }

  @Test
  void aRefusedCallerIsToldWhenToComeAgainAndTheLogWhy() {
    queueMs(1000);
    Leg leg = phone.invite();
    rig.net.runMs(50);
    assertThat(leg.last("INVITE").first("Retry-After")).isEqualTo("5");
    assertThat(rig.log()).contains("flag=OL");
    assertThat(rig.backends).allMatch(backend -> backend.requests("INVITE") == 0);
    rig.assertEmpty();
  }

  @Test
  void whatBelongsToACallPasses() {
    List<Leg> legs = calls(1);
    queueMs(1000);
    Leg leg = legs.getFirst();
    leg.send("INFO");
    rig.net.runMs(50);
    assertThat(leg.last("INFO").status()).isEqualTo(200);
    leg.send("INVITE");
    rig.net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    leg.bye();
    rig.net.runMs(50);
    assertThat(leg.last("BYE").status()).isEqualTo(200);
    rig.assertEmpty();
  }

  @Test
  void emergencyCallsAndOtherRequestsPass() {
    house("guard: { emergency: [ 112 ] }\n", "balance: priority");
    queueMs(1000);
    Leg sos = phone.leg("sip:112@example.com");
    phone.request(sos, "INVITE", 1);
    Leg invented = phone.leg("sip:+61255501234@example.com");
    invented.remote = "urn:service:sos";
    phone.request(invented, "INVITE", 1);
    Leg message = phone.begin("MESSAGE");
    rig.net.runMs(200);
    assertThat(sos.last("INVITE").status()).isEqualTo(200);
    assertThat(message.last("MESSAGE").status()).isEqualTo(200);
    // Anybody may write that into To.
    assertThat(invented.last("INVITE").status()).isEqualTo(503);
    end(List.of(sos));
  }

  @Test
  void offRefusesNobody() {
    house("guard: { overload: { queue-delay: off } }\n", "balance: priority");
    queueMs(9000);
    List<Leg> legs = calls(5);
    assertThat(answered(legs, 200)).isEqualTo(5);
    end(legs);
  }

  // ---- what clients are told ----

  private String via(Leg leg) {
    return leg.last("INVITE").first("Via");
  }

  @Test
  void aClientThatListensIsToldWhatToKeepBack() {
    phone.extraVia = ";rport;oc;oc-algo=\"loss,rate\"";
    queueMs(300);
    List<Leg> legs = calls(2);
    assertThat(answered(legs, 200)).isEqualTo(1);
    assertThat(answered(legs, 503)).isEqualTo(1);
    for (Leg leg : legs) {
      assertThat(via(leg))
          .contains(";rport=")
          .doesNotContain("loss,rate")
          .containsPattern(
              ";branch=[^;]+;received=192[.]0[.]2[.]1;oc=50;oc-algo=\"loss\";oc-validity=500;"
                  + "oc-seq=[0-9]{10}[.][0-9]{3}$");
    }
    end(legs);
  }

  @Test
  void whatIsToldFadesAway() {
    phone.extraVia = ";rport;oc;oc-algo=\"loss\"";
    queueMs(400);
    calls(1);
    queueMs(0);
    List<Leg> legs = calls(1);
    assertThat(via(legs.getFirst())).containsPattern(";oc=[1-9][0-9]?;");
    rig.net.runMs(1000);
    List<Leg> later = calls(1);
    assertThat(via(later.getFirst())).contains(";oc;oc-algo=\"loss\"");
    legs.addAll(later);
    end(legs);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"`;rport`", "`;rport;oc;oc-algo=\"rate\"`", "`;rport;ocean=1`"})
  void whoDoesNotListenIsToldNothing(String via) {
    phone.extraVia = via;
    queueMs(300);
    List<Leg> legs = calls(2);
    assertThat(legs).noneMatch(leg -> via(leg).contains("oc="));
    end(legs);
  }

  // ---- what backends say ----

  // The backend answers with these in the Via of ours.
  private void says(int number, String parameters) {
    FakeBackend backend = rig.backend(number);
    backend.script =
        in -> {
          in.viaParameters = parameters;
          in.answer(100).answerAfter(10, 200);
        };
  }

  @Test
  void aBackendIsToldThatWeListenWhereThePoolSaysSo() {
    List<Leg> legs = calls(1);
    assertThat(rig.backend(1).last("INVITE").first("Via")).doesNotContain("oc");
    end(legs);
    house("", "balance: priority", "overload-control: yes");
    legs = calls(1);
    assertThat(rig.backend(1).last("INVITE").first("Via"))
        .containsPattern(";branch=[^;]+;oc;oc-algo=\"loss,rate\"$");
    end(legs);
  }

  @Test
  void aBackendThatAsksForFewerGetsFewerAndTheNextHasTheOthers() {
    house("", "balance: priority", "overload-control: yes");
    says(1, ";oc=50;oc-algo=\"loss\";oc-validity=60000;oc-seq=1.0");
    List<Leg> legs = calls(11);
    assertThat(answered(legs, 200)).isEqualTo(11);
    assertThat(rig.backend(1).requests("INVITE")).isEqualTo(6);
    assertThat(rig.backend(2).requests("INVITE")).isEqualTo(5);
    assertThat(legs).noneMatch(leg -> via(leg).contains("oc"));
    end(legs);
  }

  @Test
  void whenAllAskForNoneTheCallerIsRefused() {
    house(
        "guard: { emergency: [ 112 ] }\n",
        "balance: priority",
        "overload-control: yes",
        "failover: { tries: 3 }");
    for (int i = 1; i <= 3; i++) {
      says(i, ";oc=100;oc-algo=\"loss\";oc-validity=60000;oc-seq=1.0");
    }
    List<Leg> legs = calls(5);
    assertThat(answered(legs, 200)).isEqualTo(3);
    assertThat(answered(legs, 503)).isEqualTo(2);
    assertThat(rig.logs().toString()).contains("flag=OB");
    Leg sos = phone.leg("sip:112@example.com").send("INVITE");
    rig.net.runMs(200);
    assertThat(sos.last("INVITE").status()).isEqualTo(200);
    legs.add(sos);
    end(legs);
  }

  @Test
  void aRateIsKept() {
    house("", "balance: priority", "overload-control: yes", "failover: { tries: 1 }");
    says(1, ";oc=10;oc-algo=\"rate\";oc-validity=60000;oc-seq=1.0");
    List<Leg> legs = calls(100);
    assertThat(answered(legs, 200)).isBetween(20L, 24L);
    end(legs);
  }

  @Test
  void aPoolThatDoesNotListenObeysNobody() {
    house("", "balance: priority");
    says(1, ";oc=100;oc-algo=\"loss\";oc-validity=60000;oc-seq=1.0");
    List<Leg> legs = calls(3);
    assertThat(rig.backend(1).requests("INVITE")).isEqualTo(3);
    end(legs);
  }
}

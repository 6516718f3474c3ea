// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.Meter;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.Transport;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Devices and backends that answer late, or not at all, while others decide. */
class LateAnswerScenarioTest {
  private static String registered(String route) {
    return """
    registrars:
      phones: { domains: [ example.org ], users: off, keepalive: { udp: off, tcp: off } }
    routes:
      - { match: { method: REGISTER }, registrar: phones }
      - { name: users, match: { location: phones }, to-location: phones%s }
      - { name: all, to: farm }
    """
        .formatted(route);
  }

  private ServerRig rig = rig("", "balance: priority");
  private FakePhone caller = rig.phone();

  private static ServerRig rig(String route, String... pool) {
    String yaml = ServerRig.farmYaml(pool);
    return ServerRig.of(1, 1, yaml.substring(0, yaml.indexOf("routes:")) + registered(route));
  }

  @BeforeEach
  void unhurried() {
    rig.backends.forEach(FakeBackend::takes);
  }

  private FakePhone device(Transport by, String q) {
    FakePhone phone = rig.phone(by);
    phone.viaAddress = "192.168.1." + phone.address.getPort() % 200 + ":5060";
    phone.contact = phone.viaAddress;
    assertThat(phone.register(phone.contactUri(), q).status()).isEqualTo(200);
    return phone;
  }

  private Leg call() {
    Leg leg = caller.leg("sip:alice@example.org");
    caller.request(leg, "INVITE", 1);
    return leg;
  }

  private long ended() {
    return rig.meters.counter(Meter.LATE_SUCCESSES).value();
  }

  // ---- a 2xx behind a failure ----

  @Test
  void aBackendThatAnswersBehindTheFailureIsAcknowledgedAndPutDown() {
    Incoming[] frozen = new Incoming[1];
    rig.backend(1).script = in -> frozen[0] = in;
    rig.backend(2).says(486);
    Leg call = caller.invite();
    rig.net.runMs(2_500);
    assertThat(call.last("INVITE").status()).isEqualTo(486);
    Objects.requireNonNull(frozen[0]).answer(200);
    rig.net.runMs(5_000);

    assertThat(call.statuses("INVITE")).doesNotContain(200);
    assertThat(frozen[0].acknowledged).isTrue();
    assertThat(rig.backend(1).requests("BYE")).isEqualTo(1);
    Seen bye = rig.backend(1).last("BYE");
    assertThat(bye.cseq()).isEqualTo(2);
    assertThat(bye.toTag()).isEqualTo(frozen[0].tag);
    assertThat(bye.first("Reason")).isEqualTo("SIP;cause=487;text=\"Answered Too Late\"");
    assertThat(bye.all("Route")).isEmpty();
    assertThat(ended()).isEqualTo(1);
    assertThat(rig.log()).contains("status=486");
    rig.assertEmpty();
  }

  /** What a Contact may have and a Request-URI may not. */
  @Test
  void headersOfTheContactAreLeftOut() {
    Incoming[] frozen = new Incoming[1];
    rig.backend(1).contact = "10.0.0.1:5060?Subject=x";
    rig.backend(1).script = in -> frozen[0] = in;
    rig.backend(2).says(486);
    caller.invite();
    rig.net.runMs(2_500);
    Objects.requireNonNull(frozen[0]).answer(200);
    rig.net.runMs(5_000);

    assertThat(frozen[0].acknowledged).isTrue();
    assertThat(rig.backend(1).last("BYE").uri()).endsWith("@10.0.0.1:5060");
    rig.assertEmpty();
  }

  @Test
  void a2xxThatComesAgainIsAcknowledgedAgainAndPutDownOnce() {
    Incoming[] frozen = new Incoming[1];
    FakeBackend b1 = rig.backend(1);
    b1.script = in -> frozen[0] = in;
    rig.backend(2).says(486);
    caller.invite();
    rig.net.runMs(2_500);
    Incoming late = Objects.requireNonNull(frozen[0]);
    late.answer(200);
    rig.net.runMs(100);
    late.acknowledged = false;
    late.again();
    rig.net.runMs(100);

    assertThat(late.acknowledged).isTrue();
    assertThat(b1.copies("ACK")).isEqualTo(2);
    assertThat(b1.requests("BYE")).isEqualTo(1);
    assertThat(ended()).isEqualTo(1);
    rig.assertEmpty();
  }

  @Test
  void aPhoneBehindNatThatAnswersBehindTheFailureIsPutDownOverItsFlow() {
    rig = rig(", ring-time: 1s, fork: serial", "balance: priority");
    caller = rig.phone();
    for (Transport by : new Transport[] {CapturedFlow.UDP, CapturedFlow.TCP}) {
      FakePhone slow = device(by, ";q=0.9");
      Incoming[] rings = new Incoming[1];
      slow.script = in -> rings[0] = in.answer(180);
      slow.terminatesOnCancel = false;
      FakePhone busy = device(CapturedFlow.UDP, ";q=0.1");
      busy.script = in -> in.answer(486);
      Leg call = call();
      rig.net.runMs(2_000);
      assertThat(call.last("INVITE").status()).isEqualTo(486);
      Objects.requireNonNull(rings[0]).answer(200);
      rig.net.runMs(1_000);

      assertThat(rings[0].acknowledged).isTrue();
      assertThat(slow.requests("BYE")).isEqualTo(1);
      assertThat(call.statuses("INVITE")).doesNotContain(200);
      for (FakePhone phone : new FakePhone[] {slow, busy}) {
        phone.register(phone.contactUri(), ";expires=0");
      }
    }
    assertThat(ended()).isEqualTo(2);
    rig.assertEmpty();
  }

  // ---- a silent branch ----

  @Test
  void aSilentPhoneHoldsUpTheAnswerOfAnotherForTenSecondsAtMost() {
    FakePhone busy = device(CapturedFlow.UDP, "");
    busy.script = in -> in.answer(180).answerAfter(3_000, 486);
    FakePhone off = device(CapturedFlow.UDP, "");
    off.script = in -> {};
    Leg call = call();
    rig.net.runMs(9_900);
    assertThat(call.statuses("INVITE")).endsWith(180);
    rig.net.runMs(200);

    assertThat(call.last("INVITE").status()).isEqualTo(486);
    assertThat(rig.logs().getLast()).contains("status=486 flag=-");
    rig.assertEmpty();
  }

  @Test
  void anAnswerBehindThatTimeIsNotHeldUpAtAll() {
    FakePhone busy = device(CapturedFlow.UDP, "");
    busy.script = in -> in.answer(180).answerAfter(15_000, 486);
    FakePhone off = device(CapturedFlow.UDP, "");
    off.script = in -> {};
    Leg call = call();
    rig.net.runMs(15_100);

    assertThat(call.last("INVITE").status()).isEqualTo(486);
    rig.assertEmpty();
  }

  @Test
  void aPhoneThatWakesLateRingsOnForAllItsTime() {
    FakePhone busy = device(CapturedFlow.UDP, "");
    busy.script = in -> in.answer(486);
    FakePhone woken = device(CapturedFlow.UDP, "");
    woken.script = in -> in.answerAfter(8_000, 180).answerAfter(25_000, 200);
    Leg call = call();
    rig.net.runMs(26_000);

    assertThat(call.last("INVITE").status()).isEqualTo(200);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void aPhoneThatWakesLateKeepsItsGroupsRingTime() {
    FakePhone busy = device(CapturedFlow.UDP, ";q=0.9");
    busy.script = in -> in.answer(486);
    FakePhone woken = device(CapturedFlow.UDP, ";q=0.9");
    woken.script = in -> in.answerAfter(8_000, 180);
    FakePhone next = device(CapturedFlow.UDP, ";q=0.1");
    next.script = in -> in.answer(180);
    Leg call = call();
    rig.net.runMs(19_900);
    assertThat(next.requests("INVITE")).isZero();
    rig.net.runMs(200);
    assertThat(next.requests("INVITE")).isEqualTo(1);
    assertThat(woken.requests("CANCEL")).isEqualTo(1);
    call.cancel();
    rig.net.runMs(100);
    rig.assertEmpty();
  }

  @Test
  void theNextGroupNeedNotWaitForASilentPhoneEither() {
    FakePhone busy = device(CapturedFlow.UDP, ";q=0.9");
    busy.script = in -> in.answer(486);
    FakePhone off = device(CapturedFlow.UDP, ";q=0.9");
    off.script = in -> {};
    FakePhone next = device(CapturedFlow.UDP, ";q=0.1");
    Leg call = call();
    rig.net.runMs(10_200);

    assertThat(next.requests("INVITE")).isEqualTo(1);
    assertThat(call.last("INVITE").status()).isEqualTo(200);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void alonelySilentPhoneHasTimerB() {
    FakePhone off = device(CapturedFlow.UDP, "");
    off.script = in -> {};
    Leg call = call();
    rig.net.runMs(31_000);
    assertThat(call.statuses("INVITE")).containsExactly(100);
    rig.net.runMs(2_000);
    assertThat(call.last("INVITE").status()).isEqualTo(408);
    rig.assertEmpty();
  }

  @Test
  void aCallerWhoCancelsNeedNotWaitForASilentPhone() {
    FakePhone rings = device(CapturedFlow.UDP, "");
    rings.script = in -> in.answer(180);
    FakePhone off = device(CapturedFlow.UDP, "");
    Incoming[] asleep = new Incoming[1];
    off.script = in -> asleep[0] = in;
    Leg call = call();
    rig.net.runMs(1_000);
    call.cancel();
    rig.net.runMs(100);
    assertThat(call.last("INVITE").status()).isEqualTo(487);

    Objects.requireNonNull(asleep[0]).answer(200);
    rig.net.runMs(100);
    assertThat(off.requests("BYE")).as("ended at once").isEqualTo(1);
    rig.assertEmpty();
  }

  @Test
  void aSilentBackendOfAFanoutHoldsUpTheOthersForTryTimeoutAtMost() {
    rig = rig("", "balance: fanout");
    caller = rig.phone();
    rig.backend(1).silent();
    rig.backend(2).script = in -> in.answer(180).answerAfter(500, 486);
    rig.backend(3).script = in -> in.answer(180).answerAfter(600, 480);
    Leg call = caller.invite();
    rig.net.runMs(1_900);
    assertThat(call.statuses("INVITE")).endsWith(180);
    rig.net.runMs(200);

    assertThat(call.last("INVITE").status()).isEqualTo(480);
    assertThat(rig.meters.counter(Meter.POOL_FAILURES, "farm", "b1", "timeout").value())
        .isEqualTo(1);
    rig.assertEmpty();
  }

  @Test
  void thatNobodyAnsweredSaysLess() {
    rig = rig("", "balance: fanout");
    caller = rig.phone();
    rig.backend(1).says(408);
    rig.backend(2).says(486);
    rig.backend(3).says(408);
    Leg call = caller.invite();
    rig.net.runMs(100);

    assertThat(call.last("INVITE").status()).isEqualTo(486);
    rig.assertEmpty();
  }
}

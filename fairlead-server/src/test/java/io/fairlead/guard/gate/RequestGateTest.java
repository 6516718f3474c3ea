// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.guard.Offence;
import io.fairlead.observe.Meter;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.SourceVerdict;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is judged of requests when they have been read. */
class RequestGateTest {
  private static final CapturedFlow STRANGER = Gates.from("192.0.2.77");

  private final Gates gates = Gates.rated("10/s");

  private String rule(CapturedFlow flow, SipRequest r) {
    GateRefusal refusal = gates.requests.judge(flow, r);
    return refusal == null ? "" : refusal.rule();
  }

  private String rate(SipRequest r) {
    GateRefusal refusal = gates.requests.rate(r, known -> false);
    return refusal == null ? "" : refusal.rule() + (refusal.silent() ? " silent" : "");
  }

  @ParameterizedTest
  @CsvSource({"friendly-scanner, scanner-agent", "xxBADTOOL/2, scanner-agent", "Linphone/5, ''"})
  void knowsScannersByName(String agent, String rule) {
    SipRequest options =
        Gates.request("OPTIONS", "sip:100@203.0.113.10", 1, "User-Agent: " + agent);

    assertThat(rule(STRANGER, options)).isEqualTo(rule);
    assertThat(rule(Gates.from(Gates.TRUNK), options)).isEmpty();
    assertThat(gates.offences.contains(Offence.SCANNER)).isEqualTo(!rule.isEmpty());
  }

  @ParameterizedTest
  @CsvSource({"OPTIONS, 0", "REGISTER, 10001"})
  void knowsScannersByTheUsersTheyTry(String method, long patienceMs) {
    rule(STRANGER, Gates.request(method, "sip:first@farm", 1000));
    gates.loop.advanceMs(patienceMs);
    int passed = 0;
    for (int i = 0; i < 100; i++) {
      passed += rule(STRANGER, Gates.request(method, "sip:" + i + "@farm", i)).isEmpty() ? 1 : 0;
    }
    assertThat(passed).isBetween(15, 32);
    assertThat(rule(STRANGER, Gates.invite(200))).isEqualTo("scanner-users");
    assertThat(rule(Gates.from("192.0.2.78"), Gates.invite(201))).isEmpty();
    SipRequest help = Gates.request("INVITE", "sip:112@farm", 202);
    assertThat(rule(STRANGER, help)).isEmpty();
    gates.loop.advanceMs(61_000);
    assertThat(rule(STRANGER, Gates.invite(203))).isEmpty();
  }

  @Test
  void aScannerIsSoonNotReadAnyMore() {
    for (int i = 0; i < 10; i++) {
      assertThat(gates.hear("192.0.2.77")).isEqualTo(SourceVerdict.HEARD);
      rule(STRANGER, Gates.request("OPTIONS", "sip:1@farm", i, "User-Agent: friendly-scanner"));
    }
    assertThat(gates.hear("192.0.2.77")).isEqualTo(SourceVerdict.DROPPED);
  }

  @Test
  void aTrunkThatAsksTheSameAgainAndAgainIsNone() {
    for (int i = 0; i < 1000; i++) {
      assertThat(rule(STRANGER, Gates.request("OPTIONS", "sip:ping@farm", i))).isEmpty();
    }
  }

  @Test
  void manyPhonesBehindOneAddressWhoAnswerChallengesAreNone() {
    for (int i = 0; i < 500; i++) {
      String uri = "sip:" + i + "@farm";
      assertThat(rule(STRANGER, Gates.request("REGISTER", uri, i))).isEmpty();
      if (i % 10 == 9) {
        String credentials = "Authorization: Digest username=\"" + i + "\"";
        assertThat(rule(STRANGER, Gates.request("REGISTER", uri, i, credentials))).isEmpty();
      }
    }
  }

  @Test
  void namesTheRuleOfSanity() {
    SipRequest odd = Gates.request("INVITE", "sip:a'%20or%20'1'='1@farm", 1);
    GateRefusal refusal = Objects.requireNonNull(gates.requests.judge(STRANGER, odd));

    assertThat(refusal.rule()).isEqualTo("user");
    assertThat(refusal.cause().status()).isEqualTo(400);
    assertThat(gates.meters.counter(Meter.GUARD_REFUSED, "user").value()).isEqualTo(1);
    // Its ACK has nobody to go to.
    assertThat(rate(Gates.request("ACK", "sip:a@farm", 1))).isEqualTo("ack silent");
    assertThat(rate(Gates.request("ACK", "sip:a@farm", 2))).isEmpty();
  }

  @Test
  void refusesBeyondTheRateAndDropsBeyondTwice() {
    for (int i = 0; i < 10; i++) {
      assertThat(rate(Gates.invite(i))).isEmpty();
    }
    for (int i = 10; i < 20; i++) {
      assertThat(rate(Gates.invite(i))).isEqualTo("rate");
    }
    assertThat(rate(Gates.invite(20))).isEqualTo("rate silent");
    GateRefusal again =
        Objects.requireNonNull(gates.requests.rate(Gates.invite(10), known -> false));
    assertThat(again.headers()).isEqualTo("Retry-After: 7\r\n");
  }

  @Test
  void whoWasRefusedIsRefusedAgainAlsoWhenThereIsRoom() {
    for (int i = 0; i < 11; i++) {
      rate(Gates.invite(i));
    }
    gates.loop.advanceMs(5000);
    assertThat(rate(Gates.invite(10))).isEqualTo("rate");
    assertThat(rate(Gates.invite(11))).isEmpty();
    assertThat(rate(Gates.request("ACK", "sip:bob@example.com", 10))).isEqualTo("ack silent");
    gates.loop.advanceMs(33_000);
    assertThat(rate(Gates.invite(10))).isEmpty();
  }

  @Test
  void aRetransmissionOfOneThatWasLetInIsNotCounted() {
    for (int i = 0; i < 10; i++) {
      rate(Gates.invite(i));
    }
    assertThat(gates.requests.rate(Gates.invite(0), known -> true)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"BYE", "CANCEL", "PRACK", "OPTIONS", "ACK"})
  void neverRefusesWhatEndsOrAsksNothing(String method) {
    for (int i = 0; i < 100; i++) {
      assertThat(rate(Gates.request(method, "sip:bob@example.com", i))).isEmpty();
    }
  }

  @Test
  void neverRefusesWhatIsInADialogOrACallForHelp() {
    for (int i = 0; i < 40; i++) {
      rate(Gates.invite(i));
    }
    SipRequest reinvite = Gates.request("INVITE", "sip:bob@example.com>;tag=2\r\nX-A: <b", 50);
    assertThat(reinvite.hasToTag()).isTrue();
    assertThat(rate(reinvite)).isEmpty();
    assertThat(rate(Gates.request("INVITE", "sip:112@farm", 51))).isEmpty();
    assertThat(rate(Gates.request("INVITE", "sip:1123@farm", 52))).isEqualTo("rate silent");
  }
}

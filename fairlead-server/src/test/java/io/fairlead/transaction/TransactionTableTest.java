// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.loop.ManualLoop;
import io.fairlead.loop.SipHash;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.CapturedOutboundFlows;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionTableTest {
  private final TransactionRig rig = new TransactionRig("udp");

  private String old(String method, String toTag) {
    return rig.request(method)
        .replace(";branch=z9hG4bK-peer-1", "")
        .replace("100@example.com>", "100@example.com>" + toTag);
  }

  @Test
  void absorbsRetransmittedInvite() {
    rig.act("INVITE INVITE INVITE");
    assertThat(rig.tells()).isEqualTo("request");
    assertThat(rig.table.servers()).isEqualTo(1);
    assertThat(rig.meters.counter(Meter.TRANSACTION_ABSORBED, "request").value()).isEqualTo(2);
  }

  @Test
  void takesTheSameRequestBySeveralBranchesForSeveralTransactions() {
    rig.act("INVITE");
    rig.branch = "z9hG4bK-peer-2";
    rig.act("INVITE");
    assertThat(rig.tells()).isEqualTo("request request");
    assertThat(rig.table.servers()).isEqualTo(2);
  }

  @Test
  void tellsTheSameBranchOfOtherSendersApart() {
    rig.act("INVITE");
    rig.receive(rig.request("INVITE").replace("192.0.2.1:5070", "192.0.2.2:5070"));
    rig.receive(rig.request("INVITE").replace("192.0.2.1:5070", "192.0.2.1:5071"));
    rig.receive(rig.request("INVITE").replace("192.0.2.1:5070", "192.0.2.1"));
    assertThat(rig.tells()).isEqualTo("request request request request");
  }

  @Test
  void knowsASenderWhateverTheCaseOfItsName() {
    rig.receive(rig.request("INVITE").replace("192.0.2.1:5070", "Phone.example.com"));
    rig.receive(rig.request("INVITE").replace("192.0.2.1:5070", "pHONE.Example.com"));
    assertThat(rig.tells()).isEqualTo("request");
  }

  @Test
  void tellsMethodsOfOneBranchApart() {
    rig.act("INVITE OPTIONS BYE");
    assertThat(rig.tells()).isEqualTo("request request request");
  }

  @Test
  void passesTheAckOfA2xxOn() {
    rig.act("INVITE 200");
    rig.branch = "z9hG4bK-peer-ack";
    rig.act("ACK ACK");
    assertThat(rig.tells()).isEqualTo("request ack ack");
    assertThat(rig.table.servers()).isEqualTo(1);
  }

  @Test
  void ackOfAnotherBranchDoesNotEndTheRetransmissions() {
    rig.act("INVITE 486");
    rig.branch = "z9hG4bK-peer-forged";
    rig.act("ACK");
    assertThat(rig.state()).isEqualTo("COMPLETED");
    rig.branch = "z9hG4bK-peer-1";
    rig.act("ACK");
    assertThat(rig.state()).isEqualTo("CONFIRMED");
    assertThat(rig.tells()).isEqualTo("request ack");
  }

  @Test
  void cancelOfAnotherBranchIsStray() {
    rig.act("INVITE");
    rig.branch = "z9hG4bK-peer-forged";
    rig.act("CANCEL");
    assertThat(rig.tells()).isEqualTo("request stray-cancel");
    assertThat(rig.sends()).isEmpty();
    assertThat(rig.table.servers()).isEqualTo(1);
    assertThat(rig.meters.counter(Meter.TRANSACTION_STRAYS, "cancel").value()).isEqualTo(1);
  }

  @Test
  void cancelDoesNotEndARequestThatIsNoInvite() {
    rig.act("OPTIONS CANCEL");
    assertThat(rig.tells()).isEqualTo("request stray-cancel");
  }

  @Test
  void cancelAfterTheEndIsStray() {
    rig.act("INVITE 486 ACK +5010 CANCEL");
    assertThat(rig.tells()).isEqualTo("request stray-cancel");
  }

  @Test
  void answersTheCancelItself() {
    rig.act("INVITE CANCEL");
    assertThat(rig.flow.sent().getFirst())
        .startsWith(
            "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK-peer-1;rport=5070")
        .contains("CSeq: 1 CANCEL\r\n");
  }

  @Test
  void knowsTheRequestsOfPeersWithoutBranch() {
    rig.receive(old("INVITE", ""));
    rig.receive(old("INVITE", ""));
    assertThat(rig.tells()).isEqualTo("request");
    rig.receive(old("CANCEL", ""));
    assertThat(rig.tells()).isEqualTo("cancel");
    rig.act("486");
    rig.receive(old("ACK", ";tag=ours"));
    assertThat(rig.state()).isEqualTo("CONFIRMED");
    assertThat(rig.tells()).isEmpty();
  }

  @Test
  void passesTheAckOfA2xxOnFromPeersWithoutBranch() {
    rig.receive(old("INVITE", ""));
    rig.act("200");
    rig.receive(old("ACK", ";tag=ours"));
    assertThat(rig.tells()).isEqualTo("request ack");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CSeq: 1 INVITE>CSeq: 2 INVITE",
        "Call-ID: c1>Call-ID: c2",
        ";tag=a1>;tag=a2",
        "INVITE sip:100>INVITE sip:101",
        "192.0.2.1:5070>192.0.2.1:5071"
      })
  void tellsRequestsWithoutBranchApartByTheirFields(String change) {
    String[] parts = change.split(">", 2);
    rig.receive(old("INVITE", ""));
    rig.receive(old("INVITE", "").replace(parts[0], parts[1]));
    assertThat(rig.tells()).isEqualTo("request request");
  }

  @Test
  void aBareCookieIsNoBranch() {
    rig.branch = "z9hG4bK";
    rig.act("INVITE");
    rig.receive(rig.request("INVITE").replace("Call-ID: c1", "Call-ID: c2"));
    assertThat(rig.tells()).isEqualTo("request request");
  }

  @Test
  void responseWithAForgedBranchIsStray() {
    rig.act("start-INVITE");
    String forged = rig.response(200, "INVITE").replaceFirst("z9hG4bKfl(.{15}).", "z9hG4bKfl$1x");
    rig.receive(forged);
    rig.receive(rig.response(200, "INVITE").replaceFirst("z9hG4bKfl", "z9hG4bKFL"));
    assertThat(rig.tells()).isEqualTo("stray-200 stray-200");
    assertThat(rig.state()).isEqualTo("CALLING");
    assertThat(rig.meters.counter(Meter.TRANSACTION_STRAYS, "response").value()).isEqualTo(2);
  }

  @Test
  void responseToAnotherMethodIsStray() {
    rig.act("start-INVITE");
    rig.receive(rig.response(200, "OPTIONS"));
    rig.receive(rig.response(200, "CANCEL"));
    assertThat(rig.tells()).isEqualTo("stray-200 stray-200");
    assertThat(rig.state()).isEqualTo("CALLING");
  }

  @Test
  void takesAMethodItDoesNotKnow() {
    byte[] bytes = "FOO sip:100@192.0.2.1 SIP/2.0\r\n\r\n".getBytes(StandardCharsets.UTF_8);
    rig.client = rig.table.start(rig.table.newBranch(), rig.flow, bytes, 0, bytes.length, rig);
    rig.receive(rig.response(200, "FOO"));
    assertThat(rig.tells()).isEqualTo("200");
  }

  @Test
  void answersOverANewConnectionWhenTheOldOneHasEnded() {
    TransactionRig tcp = new TransactionRig("tcp");
    tcp.act("INVITE");
    tcp.flow.close();
    tcp.act("180 200");
    assertThat(tcp.flow.sent()).isEmpty();
    CapturedFlow back = tcp.wire.flows().getFirst();
    assertThat(back.remote()).isEqualTo(new InetSocketAddress("192.0.2.1", 5070));
    assertThat(back.sent()).hasSize(2);
  }

  @Test
  void answersWithoutRportAtThePortOfSentBy() {
    rig.receive(
        rig.request("OPTIONS")
            .replace(";rport", "")
            .replace("192.0.2.1:5070", "phone.example.com"));
    rig.server().reject(200, "OK", "");
    assertThat(rig.flow.sent()).isEmpty();
    CapturedFlow back = rig.wire.flows().getFirst();
    assertThat(back.remote()).isEqualTo(new InetSocketAddress("192.0.2.1", 5060));
    assertThat(back.sent().getFirst()).contains(";received=192.0.2.1");
  }

  @Test
  void neverFollowsMaddrOrReceivedToAThirdParty() {
    rig.receive(
        rig.request("OPTIONS").replace(";rport", ";maddr=198.51.100.7;received=198.51.100.7"));
    rig.server().reject(200, "OK", "");
    assertThat(rig.sends()).isEqualTo("200");
    assertThat(rig.wire.flows()).isEmpty();
  }

  @Test
  void countsWhatWasSentAgainAndWhatTimedOut() {
    rig.act("INVITE 486 +32010 start-INVITE +32010 start-OPTIONS +32010");
    assertThat(rig.meters.counter(Meter.TRANSACTION_RETRANSMITTED, "response").value())
        .isEqualTo(10);
    assertThat(rig.meters.counter(Meter.TRANSACTION_RETRANSMITTED, "request").value())
        .isEqualTo(16);
    assertThat(rig.meters.counter(Meter.TRANSACTION_TIMEOUTS, "H").value()).isEqualTo(1);
    assertThat(rig.meters.counter(Meter.TRANSACTION_TIMEOUTS, "B").value()).isEqualTo(1);
    assertThat(rig.meters.counter(Meter.TRANSACTION_TIMEOUTS, "F").value()).isEqualTo(1);
    assertThat(rig.table.servers() + rig.table.clients()).isZero();
    assertThat(rig.loop.timers().size()).isZero();
  }

  @Test
  void refusesToWorkForNobody() {
    TransactionTable table =
        new TransactionTable(
            new ManualLoop(),
            new CapturedOutboundFlows(),
            TimerSettings.defaults(),
            new SipHash(1, 2),
            new Meters());
    byte[] bytes = rig.request("OPTIONS").getBytes(StandardCharsets.UTF_8);
    SipRequest request = (SipRequest) new SipParser().parse(bytes, 0, bytes.length);
    assertThatThrownBy(() -> table.onRequest(rig.flow, java.util.Objects.requireNonNull(request)))
        .isInstanceOf(IllegalStateException.class);
  }
}

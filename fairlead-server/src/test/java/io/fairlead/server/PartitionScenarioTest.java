// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.dialog.Cluster;
import io.fairlead.dialog.ClusterNodeUri;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.transport.CapturedFlow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two nodes that share the users: what each does with what belongs to the other. */
class PartitionScenarioTest {
  private static final AddressOfRecord ALICE = AddressOfRecord.of("alice@example.com");
  private static final String TO_A = "203.0.113.10";
  private static final String TO_B = "203.0.113.20";

  /** A node; every user belongs to b. */
  private static ServerRig node(String name, String address, String wrongNode) {
    return ServerRig.of(
        3,
        1,
        """
        listeners: [ "udp://%s:5060" ]
        pools:
          farm: { health: off, backends: [ { name: b1, uri: "sip:10.0.0.1:5060" } ] }
        routes:
          - { match: { method: REGISTER }, registrar: phones }
          - { match: { location: phones }, to-location: phones }
          - { name: rest, to: farm }
        registrars:
          phones:
            domains: [ example.com ]
            users: off
            %s
        cluster:
          node: %s
          nodes: { a: "sip:203.0.113.10:5060", b: "sip:203.0.113.20:5060" }
          keys: "a key for tests, long enough"
        """
            .formatted(
                address,
                wrongNode.isEmpty()
                    ? ""
                    : "partition: { nodes: [ b ], wrong-node: " + wrongNode + " }",
                name));
  }

  private static String register(FakePhone phone, String route) {
    return "REGISTER sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP "
        + phone.viaAddress
        + ";rport;branch=z9hG4bK"
        + phone.mint("b")
        + "\r\nMax-Forwards: 70\r\n"
        + route
        + "From: <sip:alice@example.com>;tag=f\r\nTo: <sip:alice@example.com>\r\nCall-ID: "
        + phone.mint("reg")
        + "\r\nCSeq: 1 REGISTER\r\nContact: <sip:alice@"
        + phone.contact
        + ">\r\nContent-Length: 0\r\n\r\n";
  }

  private static Seen answer(ServerRig rig, FakePhone phone) {
    rig.net.runMs(200);
    assertThat(phone.received).hasSize(1);
    return phone.received.getFirst();
  }

  private static FakePhone phone(ServerRig rig) {
    FakePhone phone = rig.phone();
    phone.strays = true;
    return phone;
  }

  private static FakeBackend other(ServerRig rig) {
    return new FakeBackend(rig.net, VirtualNet.at(TO_B, 5060));
  }

  @Test
  void theWrongNodeTellsThePhoneTheRightOne() {
    ServerRig a = node("a", TO_A, "redirect");
    FakeBackend b = other(a);
    FakePhone phone = phone(a);
    phone.raw(register(phone, ""));

    Seen answer = answer(a, phone);
    assertThat(answer.status()).isEqualTo(302);
    assertThat(answer.all("Contact"))
        .containsExactly("<sip:example.com:5060;maddr=203.0.113.20;transport=udp>");
    assertThat(a.bindings.size()).isZero();
    assertThat(b.received).isEmpty();
  }

  @Test
  void theWrongNodeRelaysAndTheRightOneKeepsTheWayBack() {
    ServerRig a = node("a", TO_A, "relay");
    FakeBackend wire = other(a);
    FakePhone phone = phone(a);
    phone.raw(register(phone, "Route: <sip:203.0.113.10;lr>\r\n"));

    assertThat(answer(a, phone).status()).isEqualTo(200);
    assertThat(a.bindings.size()).isZero();
    assertThat(wire.received).hasSize(1);
    Seen relayed = wire.received.getFirst();
    assertThat(relayed.all("Route")).containsExactly("<sip:203.0.113.20:5060;lr;fl-relayed>");
    assertThat(relayed.first("Path")).startsWith("<sip:fl.").contains("@203.0.113.10");
    assertThat(relayed.first("Max-Forwards")).isEqualTo("69");

    ServerRig b = node("b", TO_B, "relay");
    FakePhone fromA =
        new FakePhone(
            b.net, VirtualNet.at(TO_A, 5060), VirtualNet.at(TO_B, 5060), CapturedFlow.UDP);
    fromA.strays = true;
    fromA.raw(relayed.text());

    assertThat(answer(b, fromA).status()).isEqualTo(200);
    List<Binding> bindings = b.bindings.of(ALICE, b.clockMs());
    assertThat(bindings).hasSize(1);
    assertThat(new String(bindings.getFirst().path(), StandardCharsets.UTF_8))
        .isEqualTo(relayed.first("Path"));
    assertThat(bindings.getFirst().origin().node()).isEqualTo(number("b"));
  }

  @Test
  void whatWasRelayedOnceStays() {
    ServerRig a = node("a", TO_A, "relay");
    FakeBackend b = other(a);
    FakePhone phone = phone(a);
    phone.raw(register(phone, "Route: <sip:203.0.113.10:5060;lr;fl-relayed>\r\n"));

    assertThat(answer(a, phone).status()).isEqualTo(200);
    assertThat(a.bindings.size()).isEqualTo(1);
    assertThat(b.received).isEmpty();
  }

  @Test
  void aCallToAPhoneOfTheOtherNodeGoesThereWithTheNameOfItsFlow() {
    ServerRig a = node("a", TO_A, "");
    FakeBackend b = other(a);
    long atMs = a.clockMs();
    // As node b has told through the shared store.
    a.bindings.put(
        ALICE,
        new Binding(
            77,
            "sip:alice@192.168.1.2".getBytes(StandardCharsets.UTF_8),
            1000,
            Binding.NONE,
            Binding.Device.UNKNOWN,
            new Binding.Renewal(1, 1, atMs, atMs + 600_000),
            new Binding.Origin(
                "udp:203.0.113.20:5060",
                "udp",
                VirtualNet.at("198.51.100.7", 40_000),
                0,
                true,
                number("b")),
            Binding.Upstream.NOBODY));
    FakePhone caller = a.phone();
    Leg leg = caller.leg("sip:alice@example.com");
    caller.request(leg, "INVITE", leg.cseq);
    a.net.runMs(500);

    Seen invite =
        b.received.stream().filter(each -> each.method().equals("INVITE")).findFirst().get();
    assertThat(invite.first("Route")).startsWith("<sip:fl.").contains("@203.0.113.20:5060;lr>");
    assertThat(invite.uri()).isEqualTo("sip:alice@192.168.1.2");
  }

  private static String message(FakePhone phone) {
    return "MESSAGE sip:alice@example.com SIP/2.0\r\nVia: SIP/2.0/UDP "
        + phone.viaAddress
        + ";rport;branch=z9hG4bK"
        + phone.mint("m")
        + "\r\nMax-Forwards: 70\r\nFrom: <sip:bob@example.com>;tag=f\r\n"
        + "To: <sip:alice@example.com>\r\nCall-ID: "
        + phone.mint("msg")
        + "\r\nCSeq: 1 MESSAGE\r\nContent-Length: 0\r\n\r\n";
  }

  @Test
  void aRequestToAUserOfTheOtherNodeIsRelayedThere() {
    ServerRig a = node("a", TO_A, "relay");
    FakeBackend b = other(a);
    FakePhone phone = phone(a);
    phone.raw(message(phone));

    assertThat(answer(a, phone).status()).isEqualTo(200);
    Seen relayed = b.received.getFirst();
    assertThat(relayed.uri()).isEqualTo("sip:alice@example.com");
    assertThat(relayed.all("Route")).containsExactly("<sip:203.0.113.20:5060;lr;fl-relayed>");
    assertThat(a.backend(1).received).isEmpty();
  }

  @Test
  void aRequestToAUserOfTheOtherNodeIsToldWhere() {
    ServerRig a = node("a", TO_A, "redirect");
    FakeBackend b = other(a);
    FakePhone phone = phone(a);
    phone.raw(message(phone));

    Seen answer = answer(a, phone);
    assertThat(answer.status()).isEqualTo(302);
    assertThat(answer.all("Contact"))
        .containsExactly("<sip:alice@example.com:5060;maddr=203.0.113.20;transport=udp>");
    assertThat(b.received).isEmpty();
  }

  private static int number(String name) {
    Cluster cluster =
        Cluster.of(
            name,
            Map.of(
                "a",
                ClusterNodeUri.parse("sip:203.0.113.10:5060"),
                "b",
                ClusterNodeUri.parse("sip:203.0.113.20:5060")));
    return cluster.own();
  }
}

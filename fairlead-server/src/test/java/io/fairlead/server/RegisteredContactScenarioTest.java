// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.store.AddressOfRecord;
import io.fairlead.transport.CapturedFlow;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A registered phone is called where its Contact says, and where it registered from only with a
 * sign of NAT, whoever the registrar is.
 */
class RegisteredContactScenarioTest {
  private static final String LOCAL =
      """
      listeners: [ "udp://203.0.113.10:5060" ]
      pools:
        farm:
          health: off
          backends:
            - { name: b1, uri: "sip:10.0.0.1:5060" }
            - { name: b2, uri: "sip:10.0.0.2:5060" }
            - { name: b3, uri: "sip:10.0.0.3:5060" }
      registrars:
        phones: { domains: [ example.org ], users: off }
      routes:
        - { match: { method: REGISTER }, registrar: phones }
        - { match: { location: phones }, to-location: phones }
        - { name: rest, to: farm }
      """;
  private static final String HOST = "192.0.2.9";
  private static final InetSocketAddress LISTENS = VirtualNet.at(HOST, 5090);
  private static final InetSocketAddress SENDS = VirtualNet.at(HOST, 40_123);

  private final ServerRig rig = ServerRig.of(1, 1, LOCAL);

  /** One that listens at port 5090 and sends from another. */
  private FakePhone listener() {
    FakePhone phone = new FakePhone(rig.net, LISTENS, ServerRig.FAIRLEAD, CapturedFlow.UDP);
    phone.extraVia = "";
    phone.sendsFrom = SENDS;
    phone.script = in -> in.answer(100).answerAfter(10, 180).answerAfter(50, 200);
    return phone;
  }

  private Leg callAlice() {
    Leg leg = rig.phone().leg("sip:alice@example.org");
    leg.agent.request(leg, "INVITE", 1);
    rig.net.runMs(500);
    return leg;
  }

  @Test
  void isCalledAtItsContactWhenItSendsFromAHighPort() {
    FakePhone phone = listener();
    phone.register(phone.contactUri(), "");
    Leg call = callAlice();
    call.send("INFO");
    rig.net.runMs(100);
    call.bye();
    rig.net.runMs(100);

    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(call.statuses("INFO")).containsExactly(200);
    assertThat(call.statuses("BYE")).containsExactly(200);
    rig.assertEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "sip:alice@192.0.2.77:5080,   '',                       true",
    "sip:alice@192.168.1.5:5080,  '',                       false",
    "sip:alice@192.0.2.77:5080;ob,'',                       false",
    "sip:alice@192.0.2.77:5080,   ;+sip.instance=\"<urn:x>\";reg-id=1, false",
  })
  void isJudgedAsACallerIs(String contact, String params, boolean met) {
    FakeAgent there = new FakeAgent(rig.net, VirtualNet.at("192.0.2.77", 5080));
    FakePhone phone = rig.phone();
    phone.register(contact, params, "Supported: outbound, path");
    callAlice();

    assertThat(there.copies("INVITE")).isEqualTo(met ? 1 : 0);
    assertThat(phone.copies("INVITE")).isEqualTo(met ? 0 : 1);
  }

  @Test
  void isCalledWhereItRegisteredFromWhenNobodyListensAtTheContact() {
    FakePhone phone = rig.phone();
    phone.script = in -> in.answer(200);
    phone.register("sip:alice@192.0.2.78:5080", "");
    Leg call = callAlice();
    call.bye();
    rig.net.runMs(500);

    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(phone.copies("INVITE")).isEqualTo(1);
    assertThat(call.statuses("BYE")).containsExactly(200);
    rig.assertEmpty();
  }

  @Test
  void isAskedForSignsOfLifeWhereItListens() {
    ServerRig kept =
        ServerRig.of(1, 1, LOCAL.replace("users: off", "users: off, keepalive: { all: true }"));
    FakePhone phone = new FakePhone(kept.net, LISTENS, ServerRig.FAIRLEAD, CapturedFlow.UDP);
    phone.extraVia = "";
    phone.sendsFrom = SENDS;
    phone.register(phone.contactUri(), "");
    kept.net.runMs(300_000);

    assertThat(phone.requests("OPTIONS")).isGreaterThan(5);
    assertThat(kept.bindings.of(AddressOfRecord.of("alice@example.org"), kept.clockMs()))
        .hasSize(1);
  }

  @Test
  void isCalledByTheProxyInItsPathAndNotWhereThatSentFrom() {
    FakeAgent edge = new FakeAgent(rig.net, VirtualNet.at("192.0.2.60", 5070));
    FakePhone phone = rig.phone();
    phone.register("sip:alice@10.1.1.1", "", "Path: <sip:192.0.2.60:5070;lr>", "Supported: path");
    callAlice();

    assertThat(edge.copies("INVITE")).isEqualTo(1);
    assertThat(edge.last("INVITE").all("Route")).containsExactly("<sip:192.0.2.60:5070;lr>");
    assertThat(phone.copies("INVITE")).isZero();
  }

  // ---- registrars behind us, who call by the token in the Path ----

  private static Leg fromFarm(UpstreamRig farm, RegisteringPhone phone) {
    FakeBackend backend = farm.backend(phone);
    FakeFreeSwitch.Held held = farm.held(phone);
    Leg leg =
        new Leg(
            backend,
            "farm-call",
            "ft",
            "sip:1000@10.0.0.1",
            "sip:1001@farm.test",
            Seen.bracketed(held.contact()));
    leg.routes = java.util.List.of(held.path());
    backend.legs.put(leg.callId, leg);
    return leg;
  }

  @ParameterizedTest
  @ValueSource(strings = {"mode: forward", "mode: mid"})
  void isCalledAtItsContactByARegistrarBehindUs(String mode) {
    UpstreamRig farm = new UpstreamRig(mode, "balance: round-robin");
    RegisteringPhone phone = farm.phone("1001");
    String host = phone.address.getAddress().getHostAddress();
    phone.via = host + ":5090";
    phone.contact = "sip:1001@" + host + ":5090";
    farm.rig.net.open(VirtualNet.at(host, 5090), phone);
    farm.rig.net.close(phone.address);
    phone.register();
    Leg leg = fromFarm(farm, phone);
    farm.backend(phone).request(leg, "INVITE", 1);
    farm.rig.net.runMs(200);

    assertThat(farm.only(phone).origin().nat()).isFalse();
    assertThat(phone.calls().getFirst().uri()).isEqualTo(phone.contact);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mode: forward", "mode: mid"})
  void isCalledOverItsFlowByARegistrarBehindUsWhenItIsBehindNat(String mode) {
    UpstreamRig farm = new UpstreamRig(mode, "balance: round-robin");
    RegisteringPhone phone = farm.phone("1001").register();
    Leg leg = fromFarm(farm, phone);
    farm.backend(phone).request(leg, "INVITE", 1);
    farm.rig.net.runMs(200);

    assertThat(farm.only(phone).origin().nat()).isTrue();
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
  }
}

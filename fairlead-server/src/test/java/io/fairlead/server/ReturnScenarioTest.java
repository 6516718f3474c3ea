// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.transport.Transport;
import io.fairlead.transport.Transports;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices that register anew during a call, over another connection (RFC 5626 §5.3, §7). */
class ReturnScenarioTest {
  private static final String YAML =
      """
      listeners:
        - udp://203.0.113.10:5060
        - tcp://203.0.113.10:5060
        - tls://203.0.113.10:5061
        - ws://203.0.113.10:80
        - wss://203.0.113.10:443
      pools:
        farm:
          health: off
          backends: [ { name: b1, uri: "sip:10.0.0.1:5060" } ]
      registrars:
        phones: { domains: [ example.org, example.net ], users: off }
      routes:
        - { match: { method: REGISTER }, registrar: phones }
        - { match: { location: phones }, to-location: phones }
        - { name: rest, to: farm }
      """;

  private final ServerRig rig = ServerRig.of(3, 1, YAML);
  private final FakeBackend b1 = rig.backend(1);

  private FakePhone browser(Transport by, int port) {
    InetSocketAddress listener = VirtualNet.at("203.0.113.10", by.defaultPort());
    FakePhone phone = new FakePhone(rig.net, VirtualNet.at("192.0.2.9", port), listener, by);
    phone.contact = "x" + port + ".invalid";
    phone.viaAddress = phone.contact;
    return phone;
  }

  private static void register(FakePhone phone, String instance) {
    assertThat(phone.registerDevice(instance).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "tls", "ws", "wss"})
  void reachesACallerOverItsNewConnection(String by) {
    FakePhone phone = browser(Transports.byName(by), 5071);
    register(phone, "urn:uuid:one");
    Leg call = phone.invite();
    rig.net.runMs(200);
    phone.hangUp();
    register(phone, "urn:uuid:one");
    b1.facing(call).send("INVITE");
    rig.net.runMs(200);
    b1.facing(call).bye();
    rig.net.runMs(200);

    assertThat(b1.facing(call).last("INVITE").status()).isEqualTo(200);
    assertThat(b1.facing(call).statuses("BYE")).containsExactly(200);
    assertThat(call.methods()).containsExactly("INVITE", "ACK", "BYE");
  }

  private Leg callFromBackend(String uri, String to) {
    Leg leg = new Leg(b1, b1.mint("call"), b1.mint("f"), "sip:bob@example.com", to, uri);
    b1.legs.put(leg.callId, leg);
    leg.routes = java.util.List.of("<sip:203.0.113.10:5060;lr>");
    b1.request(leg, "INVITE", leg.cseq);
    rig.net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    return leg;
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "tls", "ws", "wss"})
  void reachesACalleeOverItsNewConnection(String by) {
    FakePhone phone = browser(Transports.byName(by), 5071);
    register(phone, "urn:uuid:one");
    Leg call = callFromBackend("sip:alice@example.org", "sip:alice@example.org");
    phone.hangUp();
    register(phone, "urn:uuid:one");
    call.bye();
    rig.net.runMs(200);

    assertThat(call.statuses("BYE")).containsExactly(200);
  }

  @Test
  void knowsACalleeWhomToDoesNotName() {
    FakePhone phone = browser(Transports.WSS, 5071);
    register(phone, "urn:uuid:one");
    Leg call = callFromBackend("sip:alice@example.org", "sip:+4930123@trunk.example");
    phone.hangUp();
    register(phone, "urn:uuid:one");
    call.bye();
    rig.net.runMs(200);

    assertThat(call.statuses("BYE")).containsExactly(200);
  }

  @Test
  void knowsADeviceAgainThatWritesItsInstanceInCapitals() {
    FakePhone phone = browser(Transports.WSS, 5071);
    register(phone, "urn:uuid:one");
    Leg call = phone.invite();
    rig.net.runMs(200);
    phone.hangUp();
    register(phone, "urn:UUID:ONE");
    b1.facing(call).bye();
    rig.net.runMs(200);

    assertThat(b1.facing(call).statuses("BYE")).containsExactly(200);
  }

  @Test
  void doesNotTakeAnotherDeviceOfTheUserForIt() {
    FakePhone phone = browser(Transports.WSS, 5071);
    FakePhone other = browser(Transports.WSS, 5072);
    register(phone, "urn:uuid:one");
    Leg call = phone.invite();
    rig.net.runMs(200);
    register(other, "urn:uuid:two");
    phone.hangUp();
    b1.facing(call).bye();
    rig.net.runMs(200);

    assertThat(b1.facing(call).statuses("BYE")).containsExactly(430);
    assertThat(other.copies("BYE")).isZero();
    assertThat(rig.house.calls()).isZero();
  }

  @Test
  void knowsADeviceWithoutInstanceByTheUserOfItsContact() {
    FakePhone phone = browser(Transports.WS, 5071);
    phone.user = "k3j4k5";
    register(phone, "");
    Leg call = phone.invite();
    rig.net.runMs(200);
    phone.hangUp();
    register(phone, "");
    b1.facing(call).bye();
    rig.net.runMs(200);

    assertThat(b1.facing(call).statuses("BYE")).containsExactly(200);
  }

  @Test
  void followsADeviceBehindNatThatHasANewPort() {
    FakePhone phone = rig.phone();
    phone.contact = "192.168.1.7:5060";
    phone.viaAddress = phone.contact;
    register(phone, "urn:uuid:one");
    Leg call = phone.invite();
    rig.net.runMs(200);
    FakePhone moved = rig.phone();
    moved.contact = phone.contact;
    moved.viaAddress = phone.contact;
    rig.net.close(phone.address);
    register(moved, "urn:uuid:one");
    b1.facing(call).bye();
    rig.net.runMs(200);

    assertThat(b1.facing(call).statuses("BYE")).containsExactly(200);
    assertThat(moved.copies("BYE")).isEqualTo(1);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.dns.FakeDns;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Devices, and the proxies before them, whose Contact or Path is a name. */
class NamedDeviceScenarioTest {
  private static final String YAML =
      """
      listeners:
        - udp://203.0.113.10:5060
        - tcp://203.0.113.10:5060
      pools:
        farm:
          health: off
          backends: [ { name: b1, uri: "sip:10.0.0.1:5060" } ]
      registrars:
        phones: { domains: [ example.org ], users: off }
      routes:
        - { match: { method: REGISTER }, registrar: phones }
        - { match: { location: phones }, to-location: phones }
        - { name: rest, to: farm }
      """;

  private final FakeDns dns = new FakeDns().host("phone.test", "192.0.2.50");
  private final ServerRig rig =
      new ServerRig(new VirtualNet(1, 1), ServerRig.plan(YAML), ServerRig.KEYS, dns);
  private final FakeBackend b1 = rig.backend(1);

  /** One whose Via and Contact have a name. */
  private FakePhone named(Transport by) {
    FakePhone phone = rig.phone(by);
    phone.contact = "phone.test:5072";
    phone.viaAddress = phone.contact;
    return phone;
  }

  /** Who listens where the name leads. */
  private FakeAgent at(String address, int port) {
    FakeAgent agent = new FakeAgent(rig.net, VirtualNet.at(address, port));
    agent.contact = "phone.test:5072";
    return agent;
  }

  private Leg toAlice() {
    Leg leg = rig.phone().leg("sip:alice@example.org");
    leg.agent.request(leg, "INVITE", 1);
    rig.net.runMs(300);
    return leg;
  }

  @Test
  void callsBackTheNameOfACallerWhoseConnectionHasEnded() {
    FakePhone phone = named(CapturedFlow.TCP);
    Leg call = phone.invite();
    rig.net.runMs(200);
    FakeAgent listening = at("192.0.2.50", 5072);
    phone.hangUp();
    b1.facing(call).bye();
    rig.net.runMs(300);

    assertThat(b1.facing(call).statuses("BYE")).containsExactly(200);
    assertThat(listening.copies("BYE")).isEqualTo(1);
  }

  @Test
  void saysThatTheFlowFailedWhenTheNameLeadsNowhere() {
    FakePhone phone = named(CapturedFlow.TCP);
    phone.contact = "nowhere.test:5072";
    Leg call = phone.invite();
    rig.net.runMs(200);
    phone.hangUp();
    b1.facing(call).bye();
    rig.net.runMs(300);

    assertThat(b1.facing(call).statuses("BYE")).containsExactly(430);
    assertThat(rig.house.calls()).isZero();
  }

  @Test
  void callsADeviceWhereItsContactSays() {
    FakePhone phone = named(CapturedFlow.UDP);
    phone.viaAddress = "192.0.2.1:" + phone.address.getPort();
    phone.register(phone.contactUri(), "");
    FakeAgent listening = at("192.0.2.50", 5072);
    Leg call = toAlice();

    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(listening.copies("INVITE")).isEqualTo(1);
    assertThat(phone.copies("INVITE")).isZero();
    call.bye();
    rig.net.runMs(300);
    assertThat(call.statuses("BYE")).containsExactly(200);
  }

  @Test
  void callsItWhereItSpokeFromWhenTheNameIsUnknown() {
    FakePhone phone = named(CapturedFlow.UDP);
    phone.viaAddress = "192.0.2.1:" + phone.address.getPort();
    phone.contact = "asterisk.lan:5060";
    phone.register(phone.contactUri(), "");
    Leg call = toAlice();

    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(phone.copies("INVITE")).isEqualTo(1);
  }

  @Test
  void opensAConnectionToTheNameWhenTheOldOneHasEnded() {
    FakePhone phone = named(CapturedFlow.TCP);
    phone.viaAddress = "192.0.2.1:" + phone.address.getPort();
    phone.register(phone.contactUri(), "");
    FakeAgent listening = at("192.0.2.50", 5072);
    phone.hangUp();
    Leg call = toAlice();

    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(listening.last("INVITE").first("Via")).contains("SIP/2.0/TCP");
  }

  @Test
  void reachesTheProxyThatAPathNames() {
    dns.srv("_sip._udp.edge.test", "1 1 5070 edge1.test").host("edge1.test", "192.0.2.60");
    FakePhone edge = rig.phone();
    edge.register("sip:alice@10.1.1.1", "", "Path: <sip:edge.test;lr>", "Supported: path");
    FakeAgent listening = at("192.0.2.60", 5070);
    Leg call = toAlice();

    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(listening.last("INVITE").all("Route")).isEqualTo(List.of("<sip:edge.test;lr>"));
    assertThat(edge.copies("INVITE")).isZero();
  }

  private Leg toAliceWhoseNameIsBeingLookedUp(List<Runnable> questions) {
    FakePhone phone = named(CapturedFlow.UDP);
    phone.viaAddress = "192.0.2.1:" + phone.address.getPort();
    phone.register(phone.contactUri(), "");
    rig.walker = questions::add;
    Leg call = toAlice();
    assertThat(questions).isNotEmpty();
    assertThat(call.statuses("INVITE")).containsOnly(100);
    return call;
  }

  @Test
  void ringsOnceTheNameIsKnown() {
    List<Runnable> questions = new ArrayList<>();
    FakeAgent listening = at("192.0.2.50", 5072);
    Leg call = toAliceWhoseNameIsBeingLookedUp(questions);
    rig.walker = Runnable::run;
    questions.forEach(Runnable::run);
    rig.net.runMs(300);

    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(listening.copies("INVITE")).isEqualTo(1);
  }

  @Test
  void sendsNothingWhenTheCallerGivesUpBefore() {
    List<Runnable> questions = new ArrayList<>();
    FakeAgent listening = at("192.0.2.50", 5072);
    Leg call = toAliceWhoseNameIsBeingLookedUp(questions);
    call.cancel();
    rig.net.runMs(100);
    assertThat(call.last("INVITE").status()).isEqualTo(487);
    rig.walker = Runnable::run;
    questions.forEach(Runnable::run);
    rig.net.runMs(300);

    assertThat(listening.copies("INVITE")).isZero();
    assertThat(rig.house.calls()).isZero();
    assertThat(rig.house.unfinished()).isZero();
  }

  @Test
  void waitsForTheDnsNoLongerThanItsTimeout() {
    Leg call = toAliceWhoseNameIsBeingLookedUp(new ArrayList<>());
    rig.net.runMs(10_000);

    assertThat(call.last("INVITE").status()).isEqualTo(200);
  }
}

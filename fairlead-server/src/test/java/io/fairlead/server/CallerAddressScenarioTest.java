// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.transport.CapturedFlow;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is told where a request comes from, and that nobody else is believed about it. */
class CallerAddressScenarioTest {
  private static final String IP = "X-AUTH-IP";
  private static final String PORT = "X-AUTH-PORT";
  private static final String[] LIES = {IP + ": 10.0.0.1", PORT + ": 1"};

  private static ServerRig telling() {
    return ServerRig.farm("balance: priority", "x-auth-ip: yes");
  }

  private static void tells(Seen request, InetSocketAddress source) {
    assertThat(request.all(IP))
        .as(request.text())
        .containsExactly(source.getAddress().getHostAddress());
    assertThat(request.all(PORT)).containsExactly(String.valueOf(source.getPort()));
  }

  private static void tellsNothing(Seen request) {
    assertThat(request.text()).doesNotContainIgnoringCase("x-auth-");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-AUTH-IP: 10.0.0.1",
        "x-auth-ip:10.0.0.1",
        "X-Auth-Ip : 10.0.0.1",
        "X-AUTH-IP:\r\n 10.0.0.1",
        "X-AUTH-IP\t:\r\n\t10.0.0.1\r\n , 10.0.0.2",
        "X-AUTH-IP:",
        "X-AUTH-IP: 10.0.0.1\r\nX-AUTH-IP: 10.0.0.2\r\nSubject: x\r\nx-AUTH-ip: 10.0.0.3",
        "X-AUTH-PORT: 5060\r\nX-AUTH-PORT : 5061",
      })
  void doesNotLetACallerSayWhereItComesFrom(String lie) {
    for (String tell : List.of("yes", "no", "auto")) {
      ServerRig rig = ServerRig.farm("balance: priority", "x-auth-ip: " + tell);
      FakePhone phone = rig.phone();
      Leg call = phone.invite(lie, "X-AUTH-IPS: kept", "X-AUTH: kept as well");
      rig.net.runMs(100);

      Seen invite = rig.backend(1).last("INVITE");
      assertThat(invite.all("X-AUTH-IPS")).containsExactly("kept");
      assertThat(invite.all("X-AUTH")).containsExactly("kept as well");
      assertThat(invite.text()).doesNotContain("10.0.0.2", "10.0.0.3");
      if (tell.equals("yes")) {
        tells(invite, phone.address);
      } else {
        assertThat(invite.all(IP)).isEmpty();
        assertThat(invite.all(PORT)).isEmpty();
      }
      call.bye();
      rig.assertEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"OPTIONS", "MESSAGE", "SUBSCRIBE", "PUBLISH", "INFO", "REFER"})
  void tellsWithEveryMethod(String method) {
    ServerRig rig = telling();
    FakePhone phone = rig.phone();
    phone.begin(method, LIES);
    rig.net.runMs(100);

    tells(rig.backend(1).last(method), phone.address);
  }

  @Test
  void tellsInsideTheDialogAsWell() {
    ServerRig rig = telling();
    FakePhone phone = rig.phone();
    Leg call = phone.invite();
    rig.net.runMs(100);
    call.send("INVITE", LIES);
    rig.net.runMs(100);
    tells(rig.backend(1).last("INVITE"), phone.address);
    tells(rig.backend(1).last("ACK"), phone.address);
    call.send("BYE", LIES);
    rig.net.runMs(100);

    tells(rig.backend(1).last("BYE"), phone.address);
    rig.assertEmpty();
  }

  @Test
  void takesThemOffInsideADialogOfAPoolThatIsNotTold() {
    ServerRig rig = ServerRig.farm("balance: priority", "x-auth-ip: no");
    Leg call = rig.phone().invite();
    rig.net.runMs(100);
    call.send("INFO", LIES).send("BYE", LIES);
    rig.net.runMs(100);

    tellsNothing(rig.backend(1).last("INFO"));
    tellsNothing(rig.backend(1).last("BYE"));
  }

  @Test
  void tellsTheNextBackendTheSame() {
    ServerRig rig = telling();
    FakePhone phone = rig.phone();
    rig.backend(1).says(503);
    phone.invite(LIES);
    rig.net.runMs(100);

    tells(rig.backend(2).last("INVITE"), phone.address);
  }

  @Test
  void whatABackendSaysToACallerIsNoneOfTheCallersBusiness() {
    ServerRig rig = telling();
    Leg call = rig.phone().invite();
    rig.net.runMs(100);
    Leg callee = Objects.requireNonNull(rig.backend(1).legs.get(call.callId));
    callee.send("INVITE", LIES);
    rig.net.runMs(100);

    tellsNothing(call.request("INVITE"));
    tellsNothing(call.request("ACK"));
  }

  @Test
  void saysWhereAConnectionComesFrom() {
    ServerRig rig = telling();
    FakePhone phone = rig.phone(CapturedFlow.TCP);
    phone.invite(LIES);
    rig.net.runMs(100);

    Seen invite = rig.backend(1).last("INVITE");
    assertThat(invite.all(IP)).containsExactly(phone.address.getAddress().getHostAddress());
    assertThat(invite.all(PORT)).hasSize(1).doesNotContain("1", "5060");
  }

  @Test
  void saysAnIpv6AddressWithoutBrackets() {
    ServerRig rig =
        ServerRig.of(
            1,
            1,
            """
            listeners: [ "udp://[2001:db8::10]:5060", "udp://203.0.113.10:5060" ]
            pools:
              farm:
                health: off
                x-auth-ip: yes
                backends: [ "sip:10.0.0.1:5060" ]
            routes: [ { to: farm } ]
            """);
    FakePhone phone =
        new FakePhone(
            rig.net,
            VirtualNet.at("2001:db8::77", 40_000),
            VirtualNet.at("2001:db8::10", 5060),
            CapturedFlow.UDP);
    phone.begin("MESSAGE", LIES);
    rig.net.runMs(100);

    assertThat(rig.backend(1).last("MESSAGE").all(IP)).containsExactly("2001:db8::77");
    assertThat(rig.backend(1).last("MESSAGE").all(PORT)).containsExactly("40000");
  }

  @Test
  void tellsABackendThatHasAnEventSocketWithoutBeingAsked() {
    ServerRig rig =
        ServerRig.of(
            1,
            1,
            """
            listeners: [ "udp://203.0.113.10:5060" ]
            pools:
              farm:
                health: off
                balance: priority
                backends:
                  - { uri: "sip:10.0.0.1:5060", esl: { password: secret } }
                  - { uri: "sip:10.0.0.2:5060" }
            routes: [ { to: farm } ]
            """);
    FakePhone phone = rig.phone();
    rig.backend(1).says(503);
    phone.invite(LIES);
    rig.net.runMs(100);

    tells(rig.backend(1).last("INVITE"), phone.address);
    tellsNothing(rig.backend(2).last("INVITE"));
  }

  @Test
  void tellsByStatelessRoutesAsWell() {
    ServerRig rig =
        ServerRig.of(
            1,
            1,
            """
            listeners: [ "udp://203.0.113.10:5060" ]
            pools:
              farm:
                health: off
                balance: hash
                x-auth-ip: yes
                backends: [ "sip:10.0.0.1:5060" ]
            routes: [ { to: farm, mode: stateless } ]
            """);
    FakePhone phone = rig.phone();
    Leg call = phone.invite(LIES);
    rig.net.runMs(100);
    tells(rig.backend(1).last("INVITE"), phone.address);
    call.send("BYE", LIES);
    rig.net.runMs(100);

    tells(rig.backend(1).last("BYE"), phone.address);
  }

  @Test
  void tellsTheRegistrarBehindWhichDeviceItIs() {
    UpstreamRig farm = new UpstreamRig("mode: forward", "x-auth-ip: yes");
    RegisteringPhone phone = farm.phone("1001");
    phone.more = IP + ": 10.0.0.1\r\n" + PORT + ": 1\r\n";
    phone.register();

    assertThat(phone.last().status()).isEqualTo(200);
    tells(farm.backend(phone).last("REGISTER"), phone.address);
  }

  @Test
  void takesThemOffARegistrationThatIsForwarded() {
    UpstreamRig farm = new UpstreamRig("mode: forward", "x-auth-ip: no");
    RegisteringPhone phone = farm.phone("1001");
    phone.more = IP + ": 10.0.0.1\r\n" + PORT + ": 1\r\n";
    phone.register();

    tellsNothing(farm.backend(phone).last("REGISTER"));
  }

  @Test
  void whatABackendSaysToAPhoneIsTakenOff() {
    UpstreamRig farm = new UpstreamRig("mode: forward", "x-auth-ip: yes");
    RegisteringPhone phone = farm.phone("1001").register();
    FakeBackend backend = farm.backend(phone);
    Leg leg =
        new Leg(
            backend,
            "farm-call",
            "ft",
            "sip:1000@10.0.0.1",
            "sip:1001@farm.test",
            Seen.bracketed(farm.held(phone).contact()));
    leg.routes = List.of(farm.held(phone).path());
    backend.legs.put(leg.callId, leg);
    backend.request(leg, "MESSAGE", 1, LIES);
    farm.rig.net.runMs(100);

    assertThat(leg.statuses("MESSAGE")).containsExactly(200);
    tellsNothing(phone.calls().getFirst());
  }

  private static ServerRig node(String name, String address) {
    return ServerRig.of(
        3,
        1,
        """
        listeners: [ "udp://%s:5060" ]
        pools:
          farm:
            health: off
            x-auth-ip: yes
            backends: [ { name: b1, uri: "sip:10.0.0.1:5060" } ]
        routes:
          - { match: { location: phones }, to-location: phones }
          - { name: rest, to: farm }
        registrars:
          phones:
            domains: [ example.com ]
            users: off
            partition: { nodes: [ b ], wrong-node: relay }
        cluster:
          node: %s
          nodes: { a: "sip:203.0.113.10:5060", b: "sip:203.0.113.20:5060" }
          keys: "a key for tests, long enough"
        """
            .formatted(address, name));
  }

  @Test
  void tellsAnotherNodeOfOursWhichPassesItOn() {
    ServerRig a = node("a", "203.0.113.10");
    FakeBackend b = new FakeBackend(a.net, VirtualNet.at("203.0.113.20", 5060));
    FakePhone phone = a.phone();
    Leg call = phone.leg("sip:bob@example.com");
    phone.request(call, "INVITE", 1, LIES);
    a.net.runMs(100);
    call.send("BYE", LIES);
    a.net.runMs(100);

    tells(b.last("INVITE"), phone.address);
    tells(b.last("ACK"), phone.address);
    tells(b.last("BYE"), phone.address);
  }

  @Test
  void believesAnotherNodeOfOursAndNobodyElseOnItsHost() {
    ServerRig b = node("b", "203.0.113.20");
    InetSocketAddress here = VirtualNet.at("203.0.113.20", 5060);
    FakePhone a = new FakePhone(b.net, VirtualNet.at("203.0.113.10", 5060), here, CapturedFlow.UDP);
    FakePhone beside =
        new FakePhone(b.net, VirtualNet.at("203.0.113.10", 5070), here, CapturedFlow.UDP);
    for (FakePhone each : List.of(a, beside)) {
      Leg call = each.leg("sip:1001@farm.test");
      each.request(call, "MESSAGE", 1, IP + ": 198.51.100.7", PORT + ": 4711");
      b.net.runMs(100);
    }

    List<Seen> came = b.backend(1).received.stream().filter(Seen::isRequest).toList();
    assertThat(came).hasSize(2);
    tells(came.getFirst(), VirtualNet.at("198.51.100.7", 4711));
    tells(came.getLast(), beside.address);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.guard.limit.LimitStatus;
import io.fairlead.net.Cidr;
import io.fairlead.net.SourceKey;
import io.fairlead.transport.CapturedFlow;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the parts of the guard meet. */
class GuardScenarioTest {
  private static final String CRACKER = "203.0.113.66";

  @TempDir private Path folder;

  private static boolean isBanned(ServerRig rig, String address) {
    return rig.guard.bans().isBanned(SourceKey.of(InetAddress.ofLiteral(address)));
  }

  private static FakePhone at(ServerRig rig, String address) {
    FakePhone phone =
        new FakePhone(rig.net, VirtualNet.at(address, 5060), ServerRig.FAIRLEAD, CapturedFlow.TCP);
    phone.strays = true;
    return phone;
  }

  private static LimitStatus limit(ServerRig rig, int i) {
    return rig.limits().status(10).get(i);
  }

  // ---- as shipped ----

  /** A trunk or a tester that nobody has heard of before: a thousand calls a second. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void refusesNoLoadAsShipped(boolean connected) {
    ServerRig rig = ServerRig.serial();
    FakePhone trunk = rig.phone(connected ? CapturedFlow.TCP : CapturedFlow.UDP);
    List<Leg> calls = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      calls.add(trunk.invite());
      rig.net.runMs(1);
    }
    rig.net.runMs(500);

    assertThat(calls).allMatch(call -> call.last("INVITE").status() == 200);
    assertThat(rig.guard.bans().all()).isEmpty();
    calls.forEach(Leg::bye);
    rig.assertEmpty();
  }

  // ---- who is one of ours ----

  private static final String CLUSTER =
      """
      cluster:
        node: a
        nodes: { a: "sip:203.0.113.10:5060", b: "sip:203.0.113.20:5060" }
        keys: "a key for tests, long enough"
      """;

  /** What breaks the grammar costs points, and comes by TCP, so nobody can have forged it. */
  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.2", "203.0.113.20", CRACKER})
  void backendsAndNodesAreNeitherBannedNorLimited(String source) {
    ServerRig rig =
        ServerRig.of(
            1,
            1,
            ServerRig.farmYaml("balance: priority")
                + "guard: { flood: 30/2s, malformed: 10/10s }\n"
                + CLUSTER);
    FakePhone agent = at(rig, source);
    for (int i = 0; i < 100; i++) {
      agent.raw(
          "options sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP x;branch=z9hG4bK"
              + i
              + "\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: "
              + i
              + "\r\nCSeq: 1 options\r\nContent-Length: 0\r\n\r\n");
      rig.net.runMs(150);
    }

    boolean stranger = source.equals(CRACKER);
    assertThat(isBanned(rig, source)).isEqualTo(stranger);
    assertThat(agent.received.size() == 100).isNotEqualTo(stranger);
  }

  /** Who has connected has not invented its address; what comes by UDP may have been. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoFloodsByConnectionsIsBanned(boolean connected) {
    ServerRig rig =
        ServerRig.of(1, 1, ServerRig.farmYaml("balance: priority") + "guard: { flood: 5/2s }\n");
    FakePhone flooder =
        new FakePhone(
            rig.net,
            VirtualNet.at(CRACKER, 5060),
            ServerRig.FAIRLEAD,
            connected ? CapturedFlow.TCP : CapturedFlow.UDP);
    flooder.strays = true;
    for (int i = 0; i < 600; i++) {
      flooder.raw(
          "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK"
              + i
              + "\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: "
              + i
              + "\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n");
      rig.net.runMs(20);
      if (i == 150) {
        assertThat(isBanned(rig, CRACKER)).isFalse();
      }
    }

    assertThat(isBanned(rig, CRACKER)).isEqualTo(connected);
  }

  /** An answered call says that somebody is there, not that he may guess. */
  @Test
  void whoHasACallIsBannedForGuessingAllTheSame() throws Exception {
    Path users = folder.resolve("users.yaml");
    Files.writeString(users, "'1001': { password: secret }\n");
    ServerRig rig =
        ServerRig.of(
            1,
            1,
            ServerRig.farmYaml("balance: priority")
                    .replace(
                        "routes:\n", "routes:\n  - { match: { method: REGISTER }, registrar: p }\n")
                + "registrars: { p: { domains: [ farm.test ], mode: local, users: { file: "
                + users
                + " } } }\n");
    FakePhone caller =
        new FakePhone(rig.net, VirtualNet.at(CRACKER, 5060), ServerRig.FAIRLEAD, CapturedFlow.UDP);
    Leg call = caller.invite();
    rig.net.runMs(200);
    assertThat(call.last("INVITE").status()).isEqualTo(200);

    RegisteringPhone cracker = new RegisteringPhone(rig, "1001", VirtualNet.at(CRACKER, 1024));
    for (int i = 0; i < 25; i++) {
      cracker.password = "guess" + i;
      cracker.register();
    }

    assertThat(isBanned(rig, CRACKER)).isTrue();
  }

  /** No registrar of ours: the farm's answers are passed on as those to any request. */
  @Test
  void bansWhomTheFarmRefusesWithoutARegistrarOfOurs() {
    ServerRig rig = ServerRig.serial();
    rig.backends.forEach(FakeFreeSwitch::new);
    RegisteringPhone good = new RegisteringPhone(rig, "1002", VirtualNet.at("198.51.100.8", 1024));
    RegisteringPhone cracker = new RegisteringPhone(rig, "1001", VirtualNet.at(CRACKER, 1024));
    for (int i = 0; i < 25; i++) {
      cracker.password = "guess" + i;
      cracker.register();
    }

    assertThat(isBanned(rig, CRACKER)).isTrue();
    assertThat(good.register().last().status()).isEqualTo(200);
    assertThat(isBanned(rig, "10.0.0.1")).isFalse();
  }

  // ---- two nodes ----

  private ServerRig node(String name, String address) throws Exception {
    Path users = folder.resolve("users.yaml");
    Files.writeString(users, "'1001': { password: secret }\n");
    return ServerRig.of(
        3,
        1,
        """
        listeners: [ "udp://%s:5060" ]
        routes: [ { match: { method: REGISTER }, registrar: phones } ]
        registrars:
          phones:
            domains: [ farm.test ]
            mode: local
            users: { file: %s }
            partition: { nodes: [ b ], wrong-node: relay }
        cluster:
          node: %s
          nodes: { a: "sip:203.0.113.10:5060", b: "sip:203.0.113.20:5060" }
          keys: "a key for tests, long enough"
        """
            .formatted(address, users, name));
  }

  @Test
  void whoGuessesByWayOfAnotherNodeIsBannedThereAndTheNodeIsNot() throws Exception {
    InetSocketAddress atA = VirtualNet.at("203.0.113.10", 5060);
    InetSocketAddress atB = VirtualNet.at("203.0.113.20", 5060);
    ServerRig a = node("a", "203.0.113.10");
    ServerRig b = node("b", "203.0.113.20");
    b.net.open(atA, (link, text) -> wire(a, atB, atA).send(text));
    a.net.open(atB, (link, text) -> wire(b, atA, atB).send(text));
    RegisteringPhone cracker = new RegisteringPhone(a, "1001", VirtualNet.at(CRACKER, 1024));
    for (int i = 0; i < 25; i++) {
      cracker.password = "guess" + i;
      cracker.send("");
      for (int ms = 0; ms < 300; ms += 10) {
        a.net.runMs(10);
        b.net.runMs(10);
      }
    }

    assertThat(cracker.responses).isNotEmpty();
    assertThat(isBanned(a, CRACKER)).isTrue();
    assertThat(isBanned(a, "203.0.113.20")).isFalse();
    assertThat(b.guard.bans().all()).isEmpty();
  }

  private static VirtualNet.Link wire(ServerRig to, InetSocketAddress from, InetSocketAddress at) {
    return to.net.udp(from, to.net.listener(CapturedFlow.UDP, at));
  }

  // ---- calls for help ----

  @Test
  void aCallForHelpPassesRatesLimitsAndOverloadAtOnce() {
    ServerRig rig =
        ServerRig.of(
            1,
            1,
            ServerRig.farmYaml("balance: priority")
                + "guard:\n"
                + "  emergency: [ 112 ]\n"
                + "  rates: { INVITE: 5/10s }\n"
                + "  limits: [ { name: one, key: source-ip, rate: 1/1h } ]\n");
    FakePhone phone = rig.phone();
    Leg first = phone.invite();
    rig.net.runMs(200);
    assertThat(first.last("INVITE").status()).isEqualTo(200);
    Leg second = phone.invite();
    rig.net.runMs(200);
    assertThat(second.last("INVITE").status()).isEqualTo(486);
    rig.net.standingQueueNs = Duration.ofSeconds(9).toNanos();
    List<Leg> help = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      help.add(phone.leg("sip:112@example.com").send("INVITE"));
      rig.net.runMs(20);
    }
    Leg invented = phone.leg("sip:bob@example.com");
    invented.remote = "urn:service:sos";
    phone.request(invented, "INVITE", 1);
    rig.net.runMs(200);

    assertThat(help).allMatch(leg -> leg.last("INVITE").status() == 200);
    assertThat(invented.last("INVITE").status()).isEqualTo(503);
    assertThat(limit(rig, 0).refused()).isEqualTo(1);
    assertThat(rig.guard.bans().all()).isEmpty();
    help.forEach(Leg::bye);
    first.bye();
    rig.assertEmpty();
  }

  // ---- limits, hiding, and the modes of routes ----

  private static final String TWO_SIDES =
      """
      listeners:
        - { name: out, bind: "udp://203.0.113.10:5060", network: outside }
        - { name: in, bind: "udp://10.0.0.10:5060", network: inside }
      guard:
        topology-hiding: outside
        limits: [ { name: one, key: source-ip, max-calls: 1, over: %s } ]
      pools:
        farm:
          balance: hash
          network: inside
          health: off
          backends: [ { name: b1, uri: "sip:10.0.0.1:5060" } ]
        busy:
          network: inside
          health: off
          backends: [ { name: b2, uri: "sip:10.0.0.2:5060" } ]
      routes:
        - { name: calls, match: { user: bob }, to: farm }
        - { name: moved, match: { user: carol }, to: farm, mode: redirect }
        - { name: plain, match: { user: dave }, to: farm, mode: stateless }
        - { name: full, to: busy }
      """;

  private static Leg invite(ServerRig rig, FakePhone phone, String user) {
    Leg leg = phone.leg("sip:" + user + "@203.0.113.10").send("INVITE");
    rig.net.runMs(200);
    return leg;
  }

  private static void assertHidden(FakePhone phone) {
    assertThat(phone.received)
        .isNotEmpty()
        .allSatisfy(seen -> assertThat(seen.text()).doesNotContain("10.0.0."));
  }

  @Test
  void aCallOverItsLimitGoesByAnotherRouteAndTheInsideStaysHidden() {
    ServerRig rig = ServerRig.of(1, 1, TWO_SIDES.formatted("{ route: full }"));
    FakePhone phone = rig.phone();
    Leg first = invite(rig, phone, "bob");
    Leg second = invite(rig, phone, "bob");

    assertThat(first.last("INVITE").status()).isEqualTo(200);
    assertThat(second.last("INVITE").status()).isEqualTo(200);
    assertThat(rig.backend(1).requests("INVITE")).isEqualTo(1);
    assertThat(rig.backend(2).requests("INVITE")).isEqualTo(1);
    assertThat(limit(rig, 0).calls()).isEqualTo(1);
    second.bye();
    first.bye();
    rig.settle();
    assertThat(rig.house.calls()).isZero();
    assertThat(rig.logs()).anyMatch(line -> line.contains("route=full"));
    assertThat(limit(rig, 0).calls()).isZero();
    assertHidden(phone);
  }

  @Test
  void whoIsSentElsewhereHoldsNoCallAndReadsNothingOfTheInside() {
    ServerRig rig = ServerRig.of(1, 1, TWO_SIDES.formatted("{ status: 486 }"));
    FakePhone phone = rig.phone();
    for (int i = 0; i < 3; i++) {
      Leg moved = invite(rig, phone, "carol");
      assertThat(moved.last("INVITE").status()).isEqualTo(302);
      assertThat(limit(rig, 0).calls()).isZero();
    }
    assertThat(limit(rig, 0).refused()).isZero();
    rig.settle();
    assertThat(rig.house.calls()).isZero();
    assertHidden(phone);
  }

  @Test
  void aCallWithoutStateIsNotCountedAndTheInsideStaysHidden() {
    ServerRig rig = ServerRig.of(1, 1, TWO_SIDES.formatted("{ status: 486 }"));
    FakePhone phone = rig.phone();
    for (int i = 0; i < 3; i++) {
      Leg leg = invite(rig, phone, "dave");
      assertThat(leg.last("INVITE").status()).isEqualTo(200);
      leg.bye();
      rig.net.runMs(100);
      assertThat(leg.last("BYE").status()).isEqualTo(200);
    }
    assertThat(limit(rig, 0).keys()).isZero();
    assertHidden(phone);
  }

  // ---- registrars behind us, hidden ----

  @ParameterizedTest
  @ValueSource(strings = {"forward", "mid"})
  void aPhoneRegistersWithAHiddenFarmAndIsCalled(String mode) {
    ServerRig rig =
        ServerRig.of(
            1,
            1,
            """
            listeners:
              - { name: out, bind: "udp://203.0.113.10:5060", network: outside }
              - { name: in, bind: "udp://10.0.0.10:5060", network: inside }
            guard: { topology-hiding: outside }
            pools:
              farm:
                balance: round-robin
                network: inside
                health: off
                backends:
                  - { name: b1, uri: "sip:10.0.0.1:5060" }
                  - { name: b2, uri: "sip:10.0.0.2:5060" }
                  - { name: b3, uri: "sip:10.0.0.3:5060" }
            registrars: { phones: { domains: [ farm.test ], pool: farm, mode: %s } }
            routes:
              - { match: { method: REGISTER }, registrar: phones }
              - { match: { location: phones }, to-location: phones }
              - { to: farm }
            """
                .formatted(mode));
    List<FakeFreeSwitch> switches = rig.backends.stream().map(FakeFreeSwitch::new).toList();
    RegisteringPhone phone = new RegisteringPhone(rig, "1001", 10_001);
    for (int i = 0; i < 3; i++) {
      phone.register();
      assertThat(phone.last().status()).isEqualTo(200);
      assertThat(phone.last().first("Contact")).contains("1001@192.168.77.5:40000");
    }
    FakeFreeSwitch home =
        switches.stream().filter(each -> !each.held.isEmpty()).findFirst().orElseThrow();
    FakeFreeSwitch.Held held = home.held.values().iterator().next();
    Leg call =
        new Leg(
            home.backend,
            "farm-call",
            "ft",
            "sip:1000@10.0.0.1",
            "sip:1001@farm.test",
            Seen.bracketed(held.contact()));
    call.routes = List.of(held.path());
    home.backend.legs.put(call.callId, call);
    home.backend.request(call, "INVITE", 1);
    rig.net.runMs(300);

    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(phone.requests).isNotEmpty();
    phone.requests.forEach(seen -> assertThat(seen.text()).doesNotContain("10.0.0."));
    // The nonces of those switches say where they are; nobody else changes a nonce.
    phone.responses.forEach(
        seen -> assertThat(seen.text().replace("-of-10.0.0.", "")).doesNotContain("10.0.0."));
  }

  // ---- reload ----

  @Test
  void bansEndWhereTheyAreTurnedOff() {
    String farm = ServerRig.farmYaml("balance: priority");
    ServerRig rig = ServerRig.of(1, 1, farm);
    rig.guard.bans().add(Cidr.parse(CRACKER), Duration.ofHours(1), done -> {});
    rig.net.runMs(10);
    assertThat(isBanned(rig, CRACKER)).isTrue();

    rig.reload(ServerRig.plan(farm + "guard: { bans: off }\n"));
    rig.net.runMs(10);
    assertThat(rig.guard.bans().all()).isEmpty();
    rig.reload(ServerRig.plan(farm));
    rig.net.runMs(10);
    assertThat(isBanned(rig, CRACKER)).isFalse();
  }
}

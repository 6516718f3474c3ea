// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.store.AddressOfRecord;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.Transport;
import io.fairlead.transport.Transports;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices that come back during a call at another node, which shares the bindings. */
class ClusterReturnScenarioTest {
  private static final InetSocketAddress A = VirtualNet.at("203.0.113.10", 5060);
  private static final InetSocketAddress B = VirtualNet.at("203.0.113.20", 5060);
  private static final AddressOfRecord USER = AddressOfRecord.of("alice@example.org");

  private final ServerRig a = node("a", A, "proxy");
  private final ServerRig b = node("b", B, "proxy");
  private final FakeBackend b1 = a.backend(1);

  private static ServerRig node(String name, InetSocketAddress at, String mode) {
    String yaml =
        """
        listeners: [ "udp://HOST:5060", "tcp://HOST:5060", "ws://HOST:80" ]
        pools:
          farm:
            health: off
            balance: hash
            backends: [ { name: b1, uri: "sip:10.0.0.1:5060" } ]
        registrars:
          phones: { domains: [ example.org ], users: off }
        routes:
          - { match: { method: REGISTER }, registrar: phones }
          - { match: { location: phones }, to-location: phones }
          - { name: rest, to: farm, mode: MODE }
        cluster:
          node: NODE
          nodes: { a: "sip:203.0.113.10:5060", b: "sip:203.0.113.20:5060" }
          keys: "a key for tests, long enough"
        """;
    String host = at.getAddress().getHostAddress();
    return ServerRig.of(
        5, 1, yaml.replace("HOST", host).replace("NODE", name).replace("MODE", mode));
  }

  @BeforeEach
  void join() {
    join(a, b);
  }

  private static void join(ServerRig a, ServerRig b) {
    b.net.open(A, (link, text) -> wire(a, B, A).send(text));
    a.net.open(B, (link, text) -> wire(b, A, B).send(text));
  }

  private static VirtualNet.Link wire(ServerRig to, InetSocketAddress from, InetSocketAddress at) {
    return to.net.udp(from, to.net.listener(CapturedFlow.UDP, at));
  }

  private static void run(ServerRig a, ServerRig b) {
    for (int i = 0; i < 50; i++) {
      a.net.runMs(10);
      b.net.runMs(10);
    }
  }

  private void run() {
    run(a, b);
  }

  private static FakePhone phone(
      ServerRig node, InetSocketAddress listener, Transport by, int port) {
    FakePhone phone =
        new FakePhone(
            node.net,
            VirtualNet.at("192.0.2.9", port),
            new InetSocketAddress(listener.getAddress(), by.defaultPort()),
            by);
    phone.contact = "x.invalid";
    phone.viaAddress = phone.contact;
    return phone;
  }

  /** What one node has learned the other one hears from the shared store. */
  private static void share(ServerRig from, ServerRig to) {
    to.bindings.of(USER, to.clockMs()).forEach(each -> to.bindings.remove(USER, each.id()));
    from.bindings.of(USER, from.clockMs()).forEach(each -> to.bindings.put(USER, each.withId(0)));
  }

  /** The device that had the dialog, now at the other node, with a connection of its own. */
  private static FakePhone moves(FakePhone before, ServerRig from, ServerRig to, Transport by) {
    before.hangUp();
    from.net.close(before.address);
    from.net.runMs(50);
    FakePhone moved = phone(to, B, by, 5072);
    moved.legs.putAll(before.legs);
    assertThat(moved.registerDevice("urn:uuid:one").status()).isEqualTo(200);
    share(to, from);
    return moved;
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "ws"})
  void reachesACallerAtTheNodeThatHasItsFlowNow(String by) {
    FakePhone phone = phone(a, A, Transports.byName(by), 5071);
    phone.registerDevice("urn:uuid:one");
    share(a, b);
    Leg call = phone.invite();
    run();
    FakePhone moved = moves(phone, a, b, Transports.byName(by));
    Leg callee = b1.facing(call);
    callee.send("INVITE");
    run();
    callee.bye();
    run();

    assertThat(callee.last("INVITE").status()).isEqualTo(200);
    assertThat(callee.statuses("BYE")).containsExactly(200);
    assertThat(moved.copies("INVITE")).isEqualTo(1);
    assertThat(moved.copies("ACK")).isEqualTo(1);
    assertThat(moved.last("BYE").all("Route")).isEmpty();
    assertThat(a.house.calls() + b.house.calls()).isZero();
    assertThat(a.house.unfinished() + b.house.unfinished()).isZero();
  }

  @Test
  void reachesItInADialogWithoutState() {
    ServerRig left = node("a", A, "stateless");
    ServerRig right = node("b", B, "stateless");
    join(left, right);
    FakePhone phone = phone(left, A, Transports.TCP, 5071);
    phone.registerDevice("urn:uuid:one");
    Leg call = phone.invite();
    run(left, right);
    FakePhone moved = moves(phone, left, right, Transports.TCP);
    Leg callee = left.backend(1).facing(call);
    callee.bye();
    run(left, right);

    assertThat(callee.statuses("BYE")).containsExactly(200);
    assertThat(moved.copies("BYE")).isEqualTo(1);
  }

  @Test
  void takesWhatTheDeviceSendsThereToTheNodeThatHasTheCall() {
    FakePhone phone = phone(a, A, Transports.TCP, 5071);
    phone.registerDevice("urn:uuid:one");
    Leg call = phone.invite();
    run();
    FakePhone moved = moves(phone, a, b, Transports.TCP);
    moved.strict = true;
    Leg again = new Leg(moved, call.callId, call.localTag, call.local, call.remote, call.target);
    again.remoteTag = call.remoteTag;
    again.routes = call.routes;
    again.cseq = call.cseq;
    again.send("INVITE");
    run();
    again.bye();
    run();

    assertThat(again.last("INVITE").status()).isEqualTo(200);
    assertThat(again.statuses("BYE")).containsExactly(200);
    assertThat(b1.copies("ACK")).isEqualTo(2);
    assertThat(b1.requests("BYE")).isEqualTo(1);
    assertThat(a.house.calls() + b.house.calls()).isZero();
  }

  @Test
  void aRouteSetTakenAtTheOtherNodeLeadsByBoth() {
    FakePhone phone = phone(a, A, Transports.TCP, 5071);
    phone.registerDevice("urn:uuid:one");
    share(a, b);
    Leg call = phone.invite();
    run();
    FakePhone moved = moves(phone, a, b, Transports.TCP);
    b1.facing(call).send("INVITE");
    run();
    Leg again = new Leg(moved, call.callId, call.localTag, call.local, call.remote, call.target);
    again.take(moved.last("INVITE"));
    assertThat(again.routes)
        .satisfiesExactly(
            route -> assertThat(route).contains("@203.0.113.20:5060;transport=tcp"),
            route -> assertThat(route).contains("@203.0.113.20:5060;lr"),
            route -> assertThat(route).contains("@203.0.113.10:5060;lr"));
    again.cseq = 20;
    again.send("INFO");
    run();
    again.bye();
    run();

    assertThat(again.statuses("INFO")).containsExactly(200);
    assertThat(again.statuses("BYE")).containsExactly(200);
    assertThat(a.house.calls() + b.house.calls()).isZero();
  }

  @Test
  void aDialogOfNobodyIsRefusedByTheNodeItNames() {
    FakePhone phone = phone(b, B, Transports.TCP, 5071);
    Leg leg = phone.leg("sip:bob@example.com");
    leg.remoteTag = "x";
    leg.routes = List.of("<sip:nonsense@203.0.113.10:5060;lr>");
    phone.strict = true;
    leg.send("INFO");
    run();

    assertThat(leg.statuses("INFO")).containsExactly(403);
    assertThat(b1.requests("INFO")).isZero();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.transport.CapturedFlow;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes before one farm, which is the registrar: each reaches the phones of the other. */
class ForwardClusterScenarioTest {
  private static final InetSocketAddress A = VirtualNet.at("203.0.113.10", 5060);
  private static final InetSocketAddress B = VirtualNet.at("203.0.113.20", 5060);
  private static final AddressOfRecord USER = AddressOfRecord.of("1001@farm.test");

  private final ServerRig a = node("a", A);
  private final ServerRig b = node("b", B);
  private final List<FakeFreeSwitch> switches = new ArrayList<>();

  private static ServerRig node(String name, InetSocketAddress at) {
    return ServerRig.of(
        5,
        1,
        """
        listeners: [ "udp://%s:5060" ]
        pools:
          farm:
            balance: round-robin
            health: { interval: 1s, timeout: 500ms }
            backends:
              - { name: b1, uri: "sip:10.0.0.1:5060" }
              - { name: b2, uri: "sip:10.0.0.2:5060" }
              - { name: b3, uri: "sip:10.0.0.3:5060" }
        registrars:
          phones: { domains: [ farm.test ], mode: forward, pool: farm }
        routes:
          - { match: { method: REGISTER }, registrar: phones }
          - { match: { location: phones }, to-location: phones }
          - { name: rest, to: farm }
        cluster:
          node: %s
          nodes: { a: "sip:203.0.113.10:5060", b: "sip:203.0.113.20:5060" }
          keys: "a key for tests, long enough"
        """
            .formatted(at.getAddress().getHostAddress(), name));
  }

  /** One farm for both, and a wire between them. */
  @BeforeEach
  void join() {
    for (FakeBackend backend : a.backends) {
      switches.add(new FakeFreeSwitch(backend));
      b.net.open(backend.address, backend);
    }
    b.net.open(A, (link, text) -> wire(a, B, A).send(text));
    a.net.open(B, (link, text) -> wire(b, A, B).send(text));
  }

  private static VirtualNet.Link wire(ServerRig to, InetSocketAddress from, InetSocketAddress at) {
    return to.net.udp(from, to.net.listener(CapturedFlow.UDP, at));
  }

  private void run() {
    run(500);
  }

  private void run(int ms) {
    for (int i = 0; i < ms / 10; i++) {
      a.net.runMs(10);
      b.net.runMs(10);
    }
  }

  /** What one node learned the other one hears from the shared store. */
  private static void share(ServerRig from, ServerRig to) {
    to.bindings.of(USER, to.clockMs()).forEach(each -> to.bindings.remove(USER, each.id()));
    from.bindings.of(USER, from.clockMs()).forEach(each -> to.bindings.put(USER, each.withId(0)));
  }

  private RegisteringPhone registeredAtA() {
    RegisteringPhone phone = new RegisteringPhone(a, "1001", 10_001);
    phone.send("");
    run();
    assertThat(phone.last().status()).isEqualTo(200);
    share(a, b);
    return phone;
  }

  private FakeFreeSwitch holder() {
    List<FakeFreeSwitch> holding = switches.stream().filter(each -> !each.held.isEmpty()).toList();
    assertThat(holding).hasSize(1);
    return holding.getFirst();
  }

  private static FakeFreeSwitch.Held held(FakeFreeSwitch holder) {
    return holder.held.values().iterator().next();
  }

  private Leg messageAt(ServerRig node, InetSocketAddress at) {
    FakePhone trunk =
        new FakePhone(node.net, VirtualNet.at("192.0.2.9", 5060), at, CapturedFlow.UDP);
    Leg leg = trunk.leg("sip:1001@farm.test");
    trunk.request(leg, "MESSAGE", 1);
    run();
    return leg;
  }

  @Test
  void aRequestAtTheOtherNodeGoesToTheBackendThatHasTheUser() {
    registeredAtA();
    Leg leg = messageAt(b, B);

    assertThat(leg.statuses("MESSAGE")).containsExactly(200);
    assertThat(holder().backend.requests("MESSAGE")).isEqualTo(1);
    assertThat(holder().backend.last("MESSAGE").uri()).isEqualTo("sip:1001@farm.test");
  }

  @Test
  void theBackendReachesThePhoneByTheNodeThatHoldsItsFlow() {
    RegisteringPhone phone = registeredAtA();
    FakeFreeSwitch holder = holder();
    Leg leg =
        new Leg(
            holder.backend,
            "farm-call",
            "ft",
            "sip:1000@10.0.0.1",
            "sip:1001@farm.test",
            Seen.bracketed(held(holder).contact()));
    leg.routes = List.of(held(holder).path());
    holder.backend.legs.put(leg.callId, leg);
    holder.backend.request(leg, "MESSAGE", 1);
    run();

    assertThat(held(holder).path()).contains("@203.0.113.10:5060;lr");
    assertThat(leg.statuses("MESSAGE")).containsExactly(200);
    assertThat(phone.calls()).hasSize(1);
  }

  @Test
  void whileTheBackendIsDownTheOtherNodeGoesStraightToThatFlow() {
    RegisteringPhone phone = registeredAtA();
    b.net.close(holder().backend.address);
    run(8000);
    Leg leg = messageAt(b, B);

    assertThat(leg.statuses("MESSAGE")).containsExactly(200);
    assertThat(phone.calls()).extracting(Seen::method).containsExactly("MESSAGE");
    assertThat(phone.calls().getFirst().uri()).isEqualTo("sip:1001@192.168.77.5:40000;ob");
    assertThat(a.house.unfinished() + b.house.unfinished()).isZero();
  }

  @Test
  void aPhoneThatMovesToTheOtherNodeStaysAtItsBackend() {
    RegisteringPhone phone = registeredAtA();
    FakeFreeSwitch before = holder();
    RegisteringPhone moved = new RegisteringPhone(b, "1001", 10_002);
    moved.proxy = B;
    moved.contact = phone.contact;
    moved.send("");
    run();

    assertThat(moved.last().status()).isEqualTo(200);
    assertThat(holder()).isSameAs(before);
    assertThat(held(before).path()).contains("@203.0.113.20:5060;lr");
    List<Binding> bindings = b.bindings.of(USER, b.clockMs());
    assertThat(bindings).hasSize(1);
    assertThat(new String(bindings.getFirst().contact(), StandardCharsets.UTF_8))
        .isEqualTo(phone.contact);
    assertThat(bindings.getFirst().origin().remote()).isEqualTo(moved.address);
    share(b, a);

    Leg leg = messageAt(a, A);
    assertThat(leg.statuses("MESSAGE")).containsExactly(200);
    assertThat(before.backend.requests("MESSAGE")).isEqualTo(1);
  }
}

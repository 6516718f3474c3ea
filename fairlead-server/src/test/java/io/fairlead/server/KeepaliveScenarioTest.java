// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.Meter;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Phones behind a NAT whose UDP ports close after 30 s, on a whole house. */
class KeepaliveScenarioTest {
  private static final String CALL =
      "MESSAGE sip:phone@10.1.2.3 SIP/2.0\r\n"
          + "Via: SIP/2.0/UDP 203.0.113.10;branch=z9hG4bKx\r\n\r\n";

  /** A phone that answers whatever keeps its way open. */
  private static final class Phone implements VirtualNet.Peer {
    final AddressOfRecord aor;
    final InetSocketAddress inside;
    final List<String> calls = new ArrayList<>();
    boolean alive = true;

    Phone(int number) {
      aor = AddressOfRecord.of("u" + number + "@example.com");
      inside = VirtualNet.at("10.1.2.3", 1024 + number);
    }

    @Override
    public void onMessage(VirtualNet.Link link, String text) {
      if (text.startsWith("MESSAGE")) {
        calls.add(text);
      } else if (Seen.of(text).method().equals("OPTIONS") && alive) {
        link.send(text.replaceFirst("^OPTIONS [^\r]*", "SIP/2.0 200 OK"));
      }
    }
  }

  private static ServerRig rig(int loops, String udp) {
    return new RegisterRig(
            loops, "keepalive: { udp: " + udp + " }", "expires: { default: 1h, spread: 0% }")
        .rig;
  }

  private static void register(ServerRig rig, VirtualNat nat, Phone phone) {
    Listener listener = rig.net.listener(CapturedFlow.UDP, ServerRig.FAIRLEAD);
    String text =
        """
        REGISTER sip:example.com SIP/2.0
        Via: SIP/2.0/UDP %1$s:%2$d;rport;branch=z9hG4bK%2$d
        Max-Forwards: 70
        From: <sip:%3$s>;tag=f
        To: <sip:%3$s>
        Call-ID: reg-%2$d
        CSeq: 1 REGISTER
        Contact: <sip:phone@%1$s:%2$d>
        Content-Length: 0

        """
            .formatted(phone.inside.getHostString(), phone.inside.getPort(), phone.aor);
    nat.link(phone.inside, listener, phone).send(text.replace("\n", "\r\n"));
    rig.net.runMs(20);
    assertThat(rig.bindings.of(phone.aor, rig.clockMs()))
        .extracting(binding -> binding.origin().remote())
        .containsExactly(nat.seenAs(phone.inside));
  }

  private static void put(ServerRig rig, AddressOfRecord aor, Binding.Origin origin) {
    long nowMs = rig.clockMs();
    rig.bindings.put(
        aor,
        new Binding(
            0,
            "sip:phone@10.1.2.3".getBytes(StandardCharsets.US_ASCII),
            1000,
            Binding.NONE,
            Binding.Device.UNKNOWN,
            new Binding.Renewal(1, 1, nowMs, nowMs + Duration.ofHours(1).toMillis()),
            origin,
            Binding.Upstream.NOBODY));
  }

  private static boolean call(ServerRig rig, VirtualNat nat, Phone phone) {
    int before = phone.calls.size();
    Flow flow = rig.net.flowTo("udp", nat.seenAs(phone.inside), null);
    byte[] bytes = CALL.getBytes(StandardCharsets.US_ASCII);
    Objects.requireNonNull(flow).send(bytes, 0, bytes.length);
    rig.net.runMs(20);
    return phone.calls.size() > before;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aPhoneBehindNatStaysReachableForTenMinutes(int loops) {
    ServerRig rig = rig(loops, "20s");
    VirtualNat nat = new VirtualNat(rig.net, "198.51.100.7", Duration.ofSeconds(30));
    List<Phone> phones = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      phones.add(new Phone(i));
      register(rig, nat, phones.getLast());
    }
    for (int minute = 0; minute < 10; minute++) {
      rig.net.run(Duration.ofMinutes(1));
      for (Phone phone : phones) {
        assertThat(call(rig, nat, phone)).as("minute %d", minute).isTrue();
      }
    }
    assertThat(rig.bindings.size()).isEqualTo(20);
    long sent = rig.meters.counter(Meter.KEEPALIVES_SENT, "udp").value();
    assertThat(sent).isBetween(500L, 720L);
    assertThat(rig.meters.counter(Meter.KEEPALIVES_ANSWERED, "udp").value())
        .isBetween(sent - 1, sent);
    assertThat(rig.meters.counter(Meter.STRAY_RESPONSES).value()).isZero();
    assertThat(rig.meters.counter(Meter.TRANSACTION_STRAYS, "response").value()).isZero();
  }

  @Test
  void aPhoneBehindNatIsLostWithoutKeepalives() {
    ServerRig rig = rig(1, "off");
    VirtualNat nat = new VirtualNat(rig.net, "198.51.100.7", Duration.ofSeconds(30));
    Phone phone = new Phone(1);
    register(rig, nat, phone);
    assertThat(call(rig, nat, phone)).isTrue();
    rig.net.run(Duration.ofMinutes(1));
    assertThat(call(rig, nat, phone)).isFalse();
    assertThat(rig.bindings.has(phone.aor, rig.clockMs())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aPhoneThatIsSwitchedOffIsForgotten(int loops) {
    ServerRig rig = rig(loops, "20s");
    VirtualNat nat = new VirtualNat(rig.net, "198.51.100.7", Duration.ofSeconds(30));
    Phone on = new Phone(1);
    Phone off = new Phone(2);
    register(rig, nat, on);
    register(rig, nat, off);
    off.alive = false;
    rig.net.run(Duration.ofSeconds(20 + 3 * 24 + 1));
    assertThat(rig.bindings.has(off.aor, rig.clockMs())).isFalse();
    assertThat(rig.changes.lines)
        .contains("u2@example.com no answer to keepalives sip:phone@10.1.2.3:1026");
    assertThat(rig.bindings.has(on.aor, rig.clockMs())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aPhoneThatKeepsItsFlowAliveItselfNeedNotAnswer(int loops) {
    ServerRig rig = rig(loops, "20s");
    VirtualNat nat = new VirtualNat(rig.net, "198.51.100.7", Duration.ofMinutes(5));
    Phone phone = new Phone(1);
    register(rig, nat, phone);
    phone.alive = false;
    for (int i = 0; i < 30; i++) {
      rig.net.stun(nat.seenAs(phone.inside));
      rig.net.run(Duration.ofSeconds(20));
    }
    assertThat(rig.bindings.has(phone.aor, rig.clockMs())).isTrue();

    rig.net.run(Duration.ofSeconds(40 + 4 * 24 + 1));
    assertThat(rig.bindings.has(phone.aor, rig.clockMs())).as("silent again").isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aPhoneWhosePortIsClosedIsForgottenWithTheThirdError(int loops) {
    ServerRig rig = rig(loops, "20s");
    InetSocketAddress nowhere = VirtualNet.at("198.51.100.9", 5060);
    Phone phone = new Phone(1);
    String name = rig.net.listener(CapturedFlow.UDP, ServerRig.FAIRLEAD).name();
    put(rig, phone.aor, new Binding.Origin(name, "udp", nowhere, 0, true, 0));
    rig.net.run(Duration.ofSeconds(20 + 2 * 24 + 1));
    assertThat(rig.bindings.has(phone.aor, rig.clockMs())).isFalse();
    assertThat(rig.meters.counter(Meter.BINDINGS_ENDED, "unreachable").value()).isEqualTo(1);
    assertThat(rig.meters.counter(Meter.KEEPALIVES_SENT, "udp").value()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aConnectionWithoutAnswersIsGivenUp(int loops) {
    ServerRig rig = rig(loops, "20s");
    Listener listener = rig.net.listener(CapturedFlow.TCP, ServerRig.FAIRLEAD);
    InetSocketAddress seen = VirtualNet.at("198.51.100.7", 40_000);
    boolean[] answers = {true};
    VirtualNet.Connection connection =
        rig.net.connect(
            seen,
            listener,
            (link, text) -> {
              if (text.equals("\r\n\r\n") && answers[0]) {
                link.send("\r\n");
              }
            });
    Phone phone = new Phone(1);
    put(
        rig,
        phone.aor,
        new Binding.Origin(listener.name(), "tcp", seen, connection.connection(), true, 0));
    rig.net.run(Duration.ofMinutes(20));
    assertThat(rig.bindings.has(phone.aor, rig.clockMs())).isTrue();
    assertThat(rig.meters.counter(Meter.KEEPALIVES_ANSWERED, "tcp").value()).isBetween(11L, 16L);
    answers[0] = false;
    rig.net.run(Duration.ofSeconds(4 * 108 + 1));
    assertThat(rig.bindings.has(phone.aor, rig.clockMs())).isFalse();
    assertThat(rig.meters.counter(Meter.BINDINGS_ENDED, "silent").value()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aClosedConnectionTakesItsBindingsAlong(int loops) {
    ServerRig rig = rig(loops, "20s");
    Listener listener = rig.net.listener(CapturedFlow.TCP, ServerRig.FAIRLEAD);
    InetSocketAddress seen = VirtualNet.at("198.51.100.7", 40_000);
    VirtualNet.Connection connection = rig.net.connect(seen, listener, (link, text) -> {});
    List<Phone> phones = List.of(new Phone(1), new Phone(2), new Phone(3));
    for (Phone phone : phones) {
      put(
          rig,
          phone.aor,
          new Binding.Origin(listener.name(), "tcp", seen, connection.connection(), true, 0));
    }
    rig.net.run(Duration.ofMinutes(5));
    assertThat(rig.bindings.size()).isEqualTo(3);
    connection.hangUp();
    rig.net.runMs(20);
    assertThat(rig.bindings.size()).isZero();
    assertThat(rig.meters.counter(Meter.BINDINGS_ENDED, "closed").value()).isEqualTo(3);
  }
}

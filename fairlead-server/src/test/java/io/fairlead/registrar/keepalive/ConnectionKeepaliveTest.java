// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.keepalive;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.Meter;
import io.fairlead.registrar.keepalive.KeepaliveRig.Stream;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionKeepaliveTest {
  private static final AddressOfRecord ALICE = KeepaliveRig.aor("alice");
  private static final AddressOfRecord BOB = KeepaliveRig.aor("bob");

  private final KeepaliveRig rig = new KeepaliveRig();

  @Test
  void pingsAConnectionAndTakesThePongForASignOfLife() {
    Stream stream = rig.connect(5);
    stream.answers = true;
    Binding binding = rig.register(ALICE, KeepaliveRig.tcp(5));
    rig.run(Duration.ofMinutes(30));
    assertThat(stream.pings).isBetween(18, 24);
    assertThat(rig.count(Meter.KEEPALIVES_SENT, "tcp")).isEqualTo(stream.pings);
    assertThat(rig.count(Meter.KEEPALIVES_ANSWERED, "tcp")).isEqualTo(stream.pings);
    assertThat(rig.count(Meter.KEEPALIVES_LOST, "tcp")).isZero();
    assertThat(rig.bindings.rttMs(binding.id())).isZero();
    assertThat(rig.held(ALICE)).isTrue();
  }

  @Test
  void endsTheBindingOfADeviceThatAnsweredAndFellSilent() {
    Stream stream = rig.connect(5);
    stream.answers = true;
    rig.register(ALICE, KeepaliveRig.tcp(5));
    rig.run(Duration.ofSeconds(91));
    assertThat(stream.pings).isEqualTo(1);
    stream.answers = false;
    rig.run(Duration.ofSeconds(4 * 108));
    assertThat(rig.gone).containsExactly("alice@example.com: no answer to keepalives");
    assertThat(stream.pings).isEqualTo(4);
  }

  @Test
  void keepsTheBindingOfADeviceThatNeverKnewThePing() {
    Stream stream = rig.connect(5);
    rig.register(ALICE, KeepaliveRig.tcp(5));
    rig.run(Duration.ofMinutes(30));
    assertThat(stream.pings).isGreaterThan(15);
    assertThat(rig.held(ALICE)).isTrue();
  }

  @Test
  void measuresTheTimeToThePong() {
    Stream stream = rig.connect(5);
    Binding binding = rig.register(ALICE, KeepaliveRig.tcp(5));
    long sentAt = rig.next().atMs();
    rig.run(Duration.ofMillis(40));
    stream.pong();
    long passedMs = rig.nowMs() - sentAt;
    assertThat((long) rig.bindings.rttMs(binding.id())).isBetween(passedMs - 1, passedMs);
  }

  @Test
  void pingsAConnectionOnceForAllItsBindings() {
    Stream stream = rig.connect(5);
    stream.answers = true;
    for (int i = 0; i < 50; i++) {
      rig.register(KeepaliveRig.aor("u" + i), KeepaliveRig.tcp(5));
    }
    rig.run(Duration.ofMinutes(15));
    assertThat(stream.pings).isBetween(8, 25);
    assertThat(rig.bindings.size()).isEqualTo(50);
    stream.answers = false;
    rig.run(Duration.ofMinutes(15));
    assertThat(rig.bindings.size()).isZero();
  }

  @Test
  void endsAllBindingsOfAConnectionThatCloses() {
    Stream first = rig.connect(5);
    Stream second = rig.connect(6);
    rig.register(ALICE, KeepaliveRig.tcp(5));
    rig.register(ALICE, KeepaliveRig.tcp(6));
    rig.register(ALICE, KeepaliveRig.udp(40_000));
    rig.register(BOB, KeepaliveRig.tcp(5));
    rig.run(Duration.ofMillis(200));
    first.close();

    assertThat(rig.gone)
        .containsExactlyInAnyOrder(
            "alice@example.com: connection closed", "bob@example.com: connection closed");
    assertThat(rig.bindings.of(ALICE, rig.nowMs()))
        .extracting(each -> each.origin().connection())
        .containsExactlyInAnyOrder(6L, 0L);
    assertThat(rig.held(BOB)).isFalse();
    assertThat(rig.count(Meter.BINDINGS_ENDED, "closed")).isEqualTo(2);
    second.close();
    assertThat(rig.bindings.of(ALICE, rig.nowMs())).hasSize(1);
  }

  @Test
  void keepsABindingThatHasMovedToAnotherConnection() {
    Stream first = rig.connect(5);
    Stream second = rig.connect(6);
    Binding old = rig.register(ALICE, KeepaliveRig.tcp(5));
    rig.run(Duration.ofMillis(200));
    rig.put(ALICE, rig.binding(KeepaliveRig.tcp(6), Duration.ofHours(1), "").withId(old.id()));
    rig.run(Duration.ofMillis(200));
    first.close();
    rig.run(Duration.ofMinutes(1));
    assertThat(rig.gone).isEmpty();
    assertThat(rig.held(ALICE)).isTrue();
    second.close();
    assertThat(rig.held(ALICE)).isFalse();
  }

  @Test
  void endsABindingWhoseConnectionClosedBeforeItWasStored() {
    rig.connect(5).close();
    rig.register(ALICE, KeepaliveRig.tcp(5));
    rig.run(Duration.ofMillis(200));
    assertThat(rig.gone).containsExactly("alice@example.com: connection closed");
  }

  @Test
  void keepsABindingBehindAProxyWhoseConnectionCloses() {
    Stream edge = rig.connect(5);
    rig.put(
        ALICE, rig.binding(KeepaliveRig.tcp(5), Duration.ofHours(1), "<sip:edge.example.com;lr>"));
    edge.close();
    rig.run(Duration.ofMinutes(5));
    assertThat(rig.held(ALICE)).isTrue();
  }

  @Test
  void endsBindingsOverConnectionsOfAnEarlierProcessAtTheFirstSweep() {
    rig.bindings.put(ALICE, rig.binding(KeepaliveRig.tcp(5), Duration.ofHours(1), ""));
    rig.bindings.put(BOB, rig.binding(KeepaliveRig.udp(40_000), Duration.ofHours(1), ""));
    rig.run(Duration.ofMillis(200));
    assertThat(rig.gone).containsExactly("alice@example.com: connection closed");
    assertThat(rig.held(BOB)).isTrue();
  }

  @Test
  void forgetsUsersOfAConnectionThatCameAndWent() {
    ConnectionDevices devices = new ConnectionDevices(rig.bindings);
    AddressOfRecord stays = KeepaliveRig.aor("stays");
    rig.register(stays, KeepaliveRig.tcp(5));
    ConnectionDevices.Line line = devices.enter(5, stays, rig.nowMs());
    for (int i = 0; i < 100_000; i++) {
      assertThat(devices.enter(5, KeepaliveRig.aor("u" + i), rig.nowMs())).isSameAs(line);
    }
    assertThat(line.users()).isLessThan(10);
    List<AddressOfRecord> shown = new java.util.ArrayList<>();
    devices.forEach(line, rig.nowMs(), (aor, binding) -> shown.add(aor));
    assertThat(shown).containsExactly(stays);
  }
}

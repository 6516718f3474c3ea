// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.keepalive;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.Meter;
import io.fairlead.registrar.keepalive.KeepaliveRig.Sent;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipParser;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeepaliveTest {
  private static final AddressOfRecord ALICE = KeepaliveRig.aor("alice");
  private static final AddressOfRecord BOB = KeepaliveRig.aor("bob");

  private final KeepaliveRig rig = new KeepaliveRig();

  @Test
  void asksADeviceByItsFlowWithAnOptionsItCanAnswer() {
    Binding binding = rig.register(ALICE, KeepaliveRig.udp(40_000));
    Sent sent = rig.next();
    byte[] bytes = KeepaliveRig.bytes(sent.text());
    SipMessage request = Objects.requireNonNull(new SipParser().parse(bytes, 0, bytes.length));

    assertThat(request.problem()).isNull();
    assertThat(sent.text()).startsWith("OPTIONS sip:phone@10.1.2.3:5060;line=7 SIP/2.0\r\nVia: ");
    assertThat(sent.text())
        .contains("Via: SIP/2.0/UDP 203.0.113.10:5060;rport;branch=z9hG4bKka00")
        .contains("\r\nTo: <sip:alice@example.com>\r\n");
    assertThat(sent.flow().remote()).isEqualTo(new InetSocketAddress("192.0.2.1", 40_000));
    assertThat(sent.flow().listener().name()).isEqualTo(binding.origin().listener());
  }

  /** What may be registered and may be no Request-URI (RFC 3261 §19.1.1, §10.2.1). */
  @ParameterizedTest
  @CsvSource({
    "sip:phone@10.1.2.3?Subject=x, sip:phone@10.1.2.3",
    "sip:10.1.2.3?Subject=x, sip:10.1.2.3",
    "sip:a?b@10.1.2.3, sip:a?b@10.1.2.3",
    "tel:+4930123456, sip:alice@example.com",
  })
  void asksByARequestUriWhateverTheContact(String contact, String uri) {
    rig.contact = contact;
    rig.register(ALICE, KeepaliveRig.udp(40_000));
    Sent sent = rig.next();
    byte[] bytes = KeepaliveRig.bytes(sent.text());
    SipMessage request = Objects.requireNonNull(new SipParser().parse(bytes, 0, bytes.length));

    assertThat(request.problem()).isNull();
    assertThat(sent.text()).startsWith("OPTIONS " + uri + " SIP/2.0\r\n");
  }

  @Test
  void keepsTheIntervalWithinItsSpread() {
    rig.register(ALICE, KeepaliveRig.udp(40_000));
    long registered = rig.nowMs();
    Sent sent = rig.next();
    assertThat(sent.atMs() - registered).isLessThanOrEqualTo(25_200);
    long shortest = Long.MAX_VALUE;
    long longest = 0;
    for (int i = 0; i < 100; i++) {
      rig.receive(sent.flow(), KeepaliveRig.answer(sent, "200 OK"));
      Sent next = rig.next();
      shortest = Math.min(shortest, next.atMs() - sent.atMs());
      longest = Math.max(longest, next.atMs() - sent.atMs());
      sent = next;
    }
    assertThat(shortest).isBetween(20_000L, 22_000L);
    assertThat(longest).isBetween(28_000L, 30_200L);
  }

  @Test
  void spreadsTheKeepalivesOfManyEvenly() {
    for (int i = 0; i < 1000; i++) {
      rig.register(KeepaliveRig.aor("u" + i), KeepaliveRig.udp(1024 + i));
    }
    for (int second = 0; second < 100; second++) {
      rig.run(Duration.ofSeconds(1));
      List<Sent> taken = rig.take();
      taken.forEach(sent -> rig.receive(sent.flow(), KeepaliveRig.answer(sent, "200 OK")));
      // 40 per second on average; a fair die strays by 6 or so.
      assertThat(taken.size()).as("in second %d", second).isBetween(12, 72);
    }
    assertThat(rig.count(Meter.KEEPALIVES_SENT, "udp")).isBetween(3700L, 4300L);
    assertThat(rig.gone).isEmpty();
  }

  @Test
  void endsABindingWhenThreeWereNotAnswered() {
    rig.register(ALICE, KeepaliveRig.udp(40_000));
    rig.run(Duration.ofSeconds(25 + 30 * 3 + 1));

    assertThat(rig.gone).containsExactly("alice@example.com: no answer to keepalives");
    assertThat(rig.held(ALICE)).isFalse();
    assertThat(rig.sent).hasSize(3);
    assertThat(rig.count(Meter.KEEPALIVES_SENT, "udp")).isEqualTo(3);
    assertThat(rig.count(Meter.KEEPALIVES_LOST, "udp")).isEqualTo(3);
    assertThat(rig.count(Meter.BINDINGS_ENDED, "silent")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"200 OK", "404 Not Found", "503 Service Unavailable", "100 Trying"})
  void takesAnyAnswerForASignOfLife(String status) {
    rig.register(ALICE, KeepaliveRig.udp(40_000));
    rig.next();
    rig.next();
    Sent third = rig.next();
    assertThat(rig.receive(third.flow(), KeepaliveRig.answer(third, status))).isTrue();
    for (int i = 0; i < 3; i++) {
      rig.next();
      assertThat(rig.held(ALICE)).isTrue();
    }
    rig.run(Duration.ofSeconds(31));
    assertThat(rig.held(ALICE)).isFalse();
    assertThat(rig.count(Meter.KEEPALIVES_SENT, "udp")).isEqualTo(6);
    assertThat(rig.count(Meter.KEEPALIVES_ANSWERED, "udp")).isEqualTo(1);
  }

  @Test
  void aRenewalIsASignOfLifeToo() {
    Binding binding = rig.register(ALICE, KeepaliveRig.udp(40_000));
    rig.next();
    rig.next();
    rig.next();
    rig.put(ALICE, binding);
    rig.run(Duration.ofSeconds(61));
    assertThat(rig.held(ALICE)).isTrue();
  }

  @Test
  void measuresTheTimeToTheAnswer() {
    Binding binding = rig.register(ALICE, KeepaliveRig.udp(40_000));
    Sent sent = rig.next();
    long agoMs = rig.nowMs() - sent.atMs();
    rig.run(Duration.ofMillis(81));
    rig.receive(sent.flow(), KeepaliveRig.answer(sent, "200 OK"));

    // The clocks of milliseconds and microseconds are rounded each by itself.
    assertThat((long) rig.bindings.rttMs(binding.id())).isBetween(agoMs + 80, agoMs + 81);
    long measuredNs = rig.meters.histogram(Meter.KEEPALIVE_RTT, "udp").sumNs();
    assertThat(Duration.ofNanos(measuredNs).toMillis()).isBetween(agoMs + 80, agoMs + 81);
  }

  @Test
  void ignoresForgedAnswersAndCountsThem() {
    Binding binding = rig.register(ALICE, KeepaliveRig.udp(40_000));
    rig.register(BOB, KeepaliveRig.udp(40_001));
    Sent sent = rig.next();
    while (!sent.text().contains("alice")) {
      sent = rig.next();
    }
    String genuine = KeepaliveRig.answer(sent, "200 OK");
    int branch = genuine.indexOf("z9hG4bKka");
    int forged = 0;
    for (int digit = branch + 11; digit < branch + 54; digit++) {
      char other = genuine.charAt(digit) == '0' ? '1' : '0';
      String changed = genuine.substring(0, digit) + other + genuine.substring(digit + 1);
      assertThat(rig.receive(sent.flow(), changed)).isTrue();
      forged++;
    }
    assertThat(rig.receive(sent.flow(), genuine.replace("alice", "bob"))).isTrue();
    forged++;
    assertThat(rig.bindings.rttMs(binding.id())).isEqualTo(-1);
    assertThat(rig.count(Meter.KEEPALIVES_FORGED)).isEqualTo(forged);
    assertThat(rig.count(Meter.KEEPALIVES_ANSWERED, "udp")).isZero();

    assertThat(rig.receive(sent.flow(), genuine)).isTrue();
    assertThat(rig.bindings.rttMs(binding.id())).isNotNegative();
  }

  @Test
  void leavesOtherResponsesToOthers() {
    rig.register(ALICE, KeepaliveRig.udp(40_000));
    Sent sent = rig.next();
    String answer = KeepaliveRig.answer(sent, "200 OK");
    String own = "z9hG4bKfl" + "0".repeat(24);
    assertThat(rig.receive(sent.flow(), answer.replaceFirst("z9hG4bKka[0-9a-f]+", own))).isFalse();
    assertThat(rig.receive(sent.flow(), answer.replaceFirst(";branch=[^\r]+", ""))).isFalse();
    assertThat(rig.receive(sent.flow(), answer.replace("z9hG4bKka0", "z9hG4bKkaX"))).isFalse();
    assertThat(rig.count(Meter.KEEPALIVES_FORGED)).isZero();
  }

  @Test
  void anAnswerIsNoSignOfLifeLongAfterwards() {
    Binding binding = rig.register(ALICE, KeepaliveRig.udp(40_000));
    Sent sent = rig.next();
    rig.run(Duration.ofSeconds(33));
    assertThat(rig.receive(sent.flow(), KeepaliveRig.answer(sent, "200 OK"))).isTrue();
    assertThat(rig.bindings.rttMs(binding.id())).isEqualTo(-1);
  }

  @Test
  void knowsAUserWithOddCharactersAgain() {
    AddressOfRecord odd = KeepaliveRig.aor("a%b c<d>é@e");
    Binding binding = rig.register(odd, KeepaliveRig.udp(40_000));
    Sent sent = rig.next();
    assertThat(sent.text()).contains("To: <sip:a%25b%20c%3cd%3e%c3%a9%40e@example.com>");
    rig.receive(sent.flow(), KeepaliveRig.answer(sent, "200 OK"));
    assertThat(rig.bindings.rttMs(binding.id())).isNotNegative();
  }

  @Test
  void removesWhatHasExpired() {
    rig.put(ALICE, rig.binding(KeepaliveRig.udp(40_000), Duration.ofSeconds(60), ""));
    rig.keepalive.rules(KeepaliveRules.NONE);
    rig.run(Duration.ofSeconds(59));
    assertThat(rig.gone).isEmpty();
    rig.run(Duration.ofSeconds(2));
    assertThat(rig.gone).containsExactly("alice@example.com: expired");
    assertThat(rig.bindings.size()).isZero();
    assertThat(rig.sent).isEmpty();
  }

  @Test
  void endsABindingAtOnceWhenTheLastOneComesBackUndelivered() {
    rig.register(ALICE, KeepaliveRig.udp(40_000));
    Sent first = rig.next();
    assertThat(rig.bounce(first, first.text().length())).isTrue();
    Sent second = rig.next();
    assertThat(rig.bounce(second, second.text().length())).isTrue();
    assertThat(rig.held(ALICE)).isTrue();
    Sent third = rig.next();
    int beginning = third.text().indexOf("From:");
    assertThat(rig.bounce(third, beginning)).isTrue();
    assertThat(rig.gone).containsExactly("alice@example.com: unreachable");
    assertThat(rig.held(ALICE)).isFalse();
  }

  @Test
  void looksAfterItsOwnFlowsOnly() {
    Binding.Origin near = KeepaliveRig.udp(1);
    Binding.Origin open =
        new Binding.Origin(near.listener(), "udp", near.remote(), 0, false, near.node());
    Binding.Origin elsewhere =
        new Binding.Origin(near.listener(), "udp", near.remote(), 0, true, 7);
    rig.register(KeepaliveRig.aor("open"), open);
    rig.register(KeepaliveRig.aor("elsewhere"), elsewhere);
    rig.put(
        KeepaliveRig.aor("behind"),
        rig.binding(KeepaliveRig.udp(2), Duration.ofHours(1), "<sip:edge.example.com;lr>"));
    rig.register(AddressOfRecord.of("user@example.org"), KeepaliveRig.udp(3));
    rig.run(Duration.ofMinutes(5));
    assertThat(rig.sent).isEmpty();
    assertThat(rig.gone).isEmpty();
  }

  @Test
  void asksDevicesWithoutNatWhenAllAreMeant() {
    KeepaliveRig all =
        new KeepaliveRig(1, KeepaliveRig.settings(KeepaliveRig.UDP, KeepaliveRig.TCP, true));
    Binding.Origin near = KeepaliveRig.udp(1);
    all.register(ALICE, new Binding.Origin(near.listener(), "udp", near.remote(), 0, false, 0));
    all.run(Duration.ofSeconds(26));
    assertThat(all.sent).isNotEmpty();
  }

  @Test
  void sendsNothingOverATransportThatIsOff() {
    KeepaliveRig off = new KeepaliveRig(1, KeepaliveRig.settings(null, KeepaliveRig.TCP, false));
    off.register(ALICE, KeepaliveRig.udp(1));
    off.run(Duration.ofMinutes(5));
    assertThat(off.sent).isEmpty();
    assertThat(off.held(ALICE)).isTrue();
  }

  @Test
  void asksOnlyForTheAddressesOfItsLoop() {
    KeepaliveRig two =
        new KeepaliveRig(2, KeepaliveRig.settings(KeepaliveRig.UDP, KeepaliveRig.TCP, false));
    int mine = 0;
    for (int i = 0; i < 100; i++) {
      AddressOfRecord aor = KeepaliveRig.aor("u" + i);
      mine += two.bindings.owner(aor) == 0 ? 1 : 0;
      two.register(aor, KeepaliveRig.udp(1024 + i));
    }
    two.run(Duration.ofSeconds(26));
    long asked = two.sent.stream().map(sent -> sent.flow().remote()).distinct().count();
    assertThat(asked).isEqualTo(mine).isBetween(20L, 80L);
  }
}

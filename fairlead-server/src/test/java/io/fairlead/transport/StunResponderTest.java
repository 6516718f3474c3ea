// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.linux.Sockaddr;
import io.fairlead.loop.Loops;
import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.stun.StunMessage;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** STUN on SIP ports: what is answered, with what, and how often. */
class StunResponderTest {
  private static final String ID = "2112a442" + "0102030405060708090a0b0c";
  private static final String REQUEST = "00010000" + ID;
  private static final String MAPPED = "0101000c" + ID + "002000080001";
  // 192.0.2.7:40000, and both under the magic cookie.
  private static final byte[] SOURCE = Sockaddr.of(new InetSocketAddress("192.0.2.7", 40_000));
  private static final String XORED = "bd52" + "e112a645";
  private static final long SECOND_NS = 1_000_000_000L;

  private final Meters meters = new Meters();
  private final Counter mapped = new Counter();
  private final Counter refused = new Counter();
  private final UdpKeepaliveTimes signs = new UdpKeepaliveTimes();
  private final StunResponder stun = stun(1000);
  private long nowNs = 50 * SECOND_NS;

  private StunResponder stun(int rate) {
    return new StunResponder(
        new ListenerMeters(meters, "udp"),
        new StunResponder.Answered(mapped, refused),
        signs,
        rate);
  }

  private String ask(String hex) {
    return ask(stun, SOURCE, hex);
  }

  private String ask(StunResponder of, byte[] source, String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    return of.take(source, bytes, bytes.length, nowNs)
        ? HexFormat.of().formatHex(Arrays.copyOf(of.answer().bytes(), of.answer().length()))
        : "";
  }

  private long dropped(String reason) {
    return meters.counter(Meter.LISTENER_DROPPED, "udp", reason).value();
  }

  @Test
  void saysWhereARequestCameFrom() {
    assertThat(ask(REQUEST)).isEqualTo(MAPPED + XORED);
    byte[] ipv6 = Sockaddr.of(new InetSocketAddress(InetAddress.ofLiteral("2001:db8::7"), 40_000));
    assertThat(ask(stun, ipv6, REQUEST))
        .isEqualTo(
            "01010018" + ID + "0020001400" + "02bd52" + "0113a9fa" + "0102030405060708090a0b0b");
    assertThat(mapped.value()).isEqualTo(2);
  }

  @Test
  void saysItAsItIsToThoseOfRfc3489() {
    String id = "000102030405060708090a0b0c0d0e0f";
    assertThat(ask("00010000" + id)).isEqualTo("0101000c" + id + "00010008" + "00019c40c0000207");
  }

  @Test
  void addsAFingerprintToWhatHadOne() {
    String asked = "00010008" + ID + "80280004";
    CRC32 crc = new CRC32();
    crc.update(HexFormat.of().parseHex("00010008" + ID));
    String answer = ask(asked + HexFormat.of().toHexDigits((int) crc.getValue() ^ 0x5354554e));
    assertThat(answer).startsWith("01010014" + ID).contains("80280004").hasSize(2 * 40);
  }

  @ParameterizedTest
  @CsvSource({
    "00240004 6e0001ff, 0024",
    "00030004 00000000, 0003",
    "00020008 00011234c0000201, 0002",
    "00270004 12340000, 0027",
    "00260004 00000000 7fff0000, 00267fff"
  })
  void refusesWhatAsksForMore(String attributes, String named) {
    String plain = attributes.replace(" ", "");
    String answer =
        ask("0001" + HexFormat.of().toHexDigits((short) (plain.length() / 2)) + ID + plain);
    assertThat(answer)
        .startsWith("0111")
        .contains("00090015" + "00000414")
        .contains("000a000" + named.length() / 2 + named);
    assertThat(refused.value()).isEqualTo(1);
    assertThat(signs.agoNs(SOURCE, nowNs)).isEqualTo(UdpKeepaliveTimes.NEVER_NS);
  }

  /** SOFTWARE, one that nobody knows and need not, a name and credentials nobody asks for. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "8022000461626364",
        "c057000400000000",
        "0006000461626364" + "00080014" + "0000000000000000000000000000000000000000"
      })
  void mindsNothingThatMayBeLeftOut(String attributes) {
    String size = HexFormat.of().toHexDigits((short) (attributes.length() / 2));
    assertThat(ask("0001" + size + ID + attributes)).isEqualTo(MAPPED + XORED);
  }

  @ParameterizedTest
  @CsvSource({
    "00110000, stun-unasked",
    "01010000, stun-unasked",
    "01110000, stun-unasked",
    "00030000, stun-unasked",
    "00010004, stun-malformed",
    "00010003, stun-malformed"
  })
  void isSilentToAllElse(String head, String reason) {
    assertThat(ask(head + ID)).isEmpty();
    assertThat(dropped(reason)).isEqualTo(1);
    assertThat(mapped.value() + refused.value()).isZero();
  }

  @Test
  void answersNoMoreInASecondThanItsRate() {
    StunResponder slow = stun(3);
    for (int second = 0; second < 3; second++) {
      for (int i = 0; i < 10; i++) {
        assertThat(ask(slow, SOURCE, REQUEST).isEmpty()).isEqualTo(i >= 3);
      }
      nowNs += SECOND_NS;
    }
    assertThat(dropped("stun-rate")).isEqualTo(21);
  }

  @Test
  void noAnswerIsMuchLongerThanItsRequest() {
    String many = "7f000000".repeat(40);
    String request = "0001" + "00a0" + ID + many;
    assertThat(ask(request).length()).isLessThan(request.length());
    assertThat(ask("00010004" + ID + "7f000000").length() / 2).isLessThanOrEqualTo(20 + 28 + 8);
  }

  @Test
  void remembersWhoKeepsItsFlowAlive() {
    assertThat(signs.agoNs(SOURCE, nowNs)).isEqualTo(UdpKeepaliveTimes.NEVER_NS);
    ask(REQUEST);
    nowNs += 25 * SECOND_NS;
    assertThat(signs.agoNs(SOURCE, nowNs)).isEqualTo(25 * SECOND_NS);
    byte[] other = Sockaddr.of(new InetSocketAddress("192.0.2.7", 40_001));
    assertThat(signs.agoNs(other, nowNs)).isEqualTo(UdpKeepaliveTimes.NEVER_NS);
  }

  @Test
  void leavesNoGarbage() {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    StunResponder any = stun(Integer.MAX_VALUE);
    byte[] request = HexFormat.of().parseHex(REQUEST);
    byte[] strange = HexFormat.of().parseHex("00010004" + ID + "00240000");
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 100 && least > 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 2000; i++) {
        any.take(SOURCE, request, request.length, nowNs);
        any.take(SOURCE, strange, strange.length, nowNs);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isZero();
  }

  @ParameterizedTest
  @CsvSource({"udp://127.0.0.1:0, 1", "udp://127.0.0.1:0, 2", "udp://[::1]:0, 1"})
  void standsOnThePortOfSip(String bind, int count) throws Exception {
    Loops loops = new Loops(count, () -> {});
    loops.start();
    Recorder recorder = new Recorder();
    try (NetworkListeners network =
        NetworkListeners.open(List.of(ListenerSettings.of(bind)), loops, meters)) {
      network.start(recorder);
      InetSocketAddress at = network.listeners().getFirst().bound();
      try (DatagramSocket peer = new DatagramSocket(new InetSocketAddress(at.getAddress(), 0))) {
        peer.setSoTimeout(10_000);
        byte[] request = HexFormat.of().parseHex(REQUEST);
        peer.send(new DatagramPacket(request, request.length, at));
        DatagramPacket answer = new DatagramPacket(new byte[100], 100);
        peer.receive(answer);
        assertThat(answer.getSocketAddress()).isEqualTo(at);
        assertThat(port(answer)).isEqualTo(peer.getLocalPort());
        InetSocketAddress remote = (InetSocketAddress) peer.getLocalSocketAddress();
        Flow flow = Objects.requireNonNull(network.flowTo("udp", remote, null));
        assertThat(flow.keptAliveNsAgo(System.nanoTime())).isBetween(0L, 60 * SECOND_NS);
        assertThat(recorder.events).as("nobody took it for SIP").isEmpty();
      }
    }
    assertThat(loops.stop(Duration.ofSeconds(5))).isTrue();
  }

  private static int port(DatagramPacket answer) {
    StunMessage message = new StunMessage();
    assertThat(message.read(answer.getData(), 0, answer.getLength())).isTrue();
    assertThat(message.next()).isTrue();
    return Objects.requireNonNull(message.address()).getPort();
  }
}

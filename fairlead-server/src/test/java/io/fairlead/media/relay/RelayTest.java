// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import static io.fairlead.media.relay.RelayRig.V4;
import static io.fairlead.media.relay.RelayRig.V6;
import static io.fairlead.media.relay.RelayRig.anything;
import static io.fairlead.media.relay.RelayRig.await;
import static io.fairlead.media.relay.RelayRig.described;
import static io.fairlead.sdp.OfferAnswer.Side.CALLEE;
import static io.fairlead.sdp.OfferAnswer.Side.CALLER;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.media.relay.RelayRig.Peer;
import io.fairlead.observe.Meter;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The relay with real sockets on loopback, by io_uring and by epoll. */
@ParameterizedClass(name = "io_uring {0}")
@ValueSource(booleans = {true, false})
class RelayTest {
  @Parameter boolean ring;

  private RelayRig rig;
  private Peer caller;
  private Peer callee;
  private RelayedStream stream;

  @BeforeEach
  void open() throws IOException {
    rig = new RelayRig(ring, Offload.NONE);
    caller = new Peer(V4, 1);
    callee = new Peer(V4, 2);
    stream = requireNonNull(rig.stream("four", "four"));
  }

  @AfterEach
  void close() {
    caller.close();
    callee.close();
    rig.close();
  }

  private void describeBoth() {
    stream.described(CALLER, described(caller));
    stream.described(CALLEE, described(callee));
  }

  @Test
  void passesPacketsBothWays() throws IOException {
    describeBoth();
    for (int i = 0; i < 20; i++) {
      assertThat(speak(caller, callee, true)).isTrue();
      assertThat(speak(callee, caller, false)).isTrue();
    }
    await(() -> stream.report().fromCallee().packets() == 20);
    assertThat(stream.report().codec()).isEqualTo("PCMA/8000");
    assertThat(stream.report().kind()).isEqualTo("audio");
    assertThat(stream.report().fromCaller().packets()).isEqualTo(20);
    assertThat(stream.report().fromCaller().bytes()).isEqualTo(20 * 172);
    assertThat(stream.report().fromCaller().lost()).isZero();
    assertThat(stream.report().kernel()).isFalse();
  }

  private boolean speak(Peer from, Peer to, boolean ofCaller) throws IOException {
    byte[] sent = from.speak(stream, ofCaller ? CALLER : CALLEE);
    return java.util.Arrays.equals(to.hear(), sent);
  }

  @Test
  void namesWhatIsAdvertisedAndAnEvenPort() {
    assertThat(stream.address(CALLER)).isEqualTo(InetAddress.ofLiteral("203.0.113.9"));
    assertThat(stream.port(CALLER)).isEven().isBetween(28_000, 28_998);
    assertThat(stream.port(CALLEE)).isEven().isNotEqualTo(stream.port(CALLER));
  }

  @Test
  void joinsIpv4AndIpv6() throws IOException {
    try (Peer six = new Peer(V6, 3)) {
      stream = requireNonNull(rig.stream("four", "six"));
      stream.described(CALLER, described(caller));
      stream.described(CALLEE, described(six));
      assertThat(speak(caller, six, true)).isTrue();
      assertThat(speak(six, caller, false)).isTrue();
    }
  }

  @Test
  void learnsASideBehindNat() throws IOException {
    stream.described(CALLER, described(null));
    stream.described(CALLEE, described(callee));
    assertThat(speak(caller, callee, true)).isTrue();
    assertThat(speak(callee, caller, false)).isTrue();
  }

  @Test
  void passesHandshakesOfTwoBehindNatBeforeThereIsRtp() throws IOException {
    stream.described(CALLER, described(null));
    stream.described(CALLEE, described(null));
    byte[] hello = handshake(22);
    byte[] binding = handshake(1);
    caller.send(stream, CALLER, hello);
    await(() -> nowhere() == 1);
    callee.send(stream, CALLEE, binding);
    assertThat(caller.hear()).isEqualTo(binding);
    caller.send(stream, CALLER, hello);
    assertThat(callee.hear()).isEqualTo(hello);
    caller.sendRtcp(stream, CALLER, hello);
    await(() -> nowhere() == 2);
    callee.sendRtcp(stream, CALLEE, hello);
    assertThat(caller.hearRtcp()).isEqualTo(hello);
    try (Peer stranger = new Peer(V4, 9)) {
      stranger.send(stream, CALLER, handshake(20));
      await(() -> stream.report().fromCaller().dropped() == 1);
      assertThat(callee.heardNothing()).isTrue();
    }
  }

  private long nowhere() {
    return rig.meters.counter(Meter.MEDIA_DROPPED, "nowhere").value();
  }

  @Test
  void givesTheKernelPlainRtpAlone() throws IOException {
    List<Offload.Path> given = new CopyOnWriteArrayList<>();
    Offload offload =
        (path, observer) -> {
          given.add(path);
          return () -> observer.onStopped(Offload.Forwarded.NONE);
        };
    rig.close();
    rig = new RelayRig(ring, offload);
    anotherStream(anything(caller), anything(callee));
    assertThat(given).isEmpty();
    anotherStream(secure(described(caller)), secure(described(callee)));
    assertThat(given).isEmpty();
    anotherStream(described(caller), described(callee));
    assertThat(given).hasSize(1);
  }

  private void anotherStream(DescribedMedia one, DescribedMedia other) throws IOException {
    stream = requireNonNull(rig.stream("four", "four"));
    stream.described(CALLER, one);
    stream.described(CALLEE, other);
    assertThat(speak(caller, callee, true)).isTrue();
    assertThat(speak(callee, caller, false)).isTrue();
    stream.close(last -> {});
  }

  private static DescribedMedia secure(DescribedMedia plain) {
    return new DescribedMedia(
        plain.rtp(),
        plain.rtcp(),
        plain.muxed(),
        plain.rtpPackets(),
        true,
        null,
        plain.payloadTypes(),
        plain.names(),
        plain.sends(),
        plain.receives(),
        plain.moved(),
        plain.timeout());
  }

  private static byte[] handshake(int first) {
    byte[] bytes = new byte[40];
    bytes[0] = (byte) first;
    ByteBuffer.wrap(bytes).putInt(4, 0x2112a442);
    return bytes;
  }

  @Test
  void sendsNothingToWhoHasNotSpoken() throws IOException {
    stream.described(CALLER, described(null));
    stream.described(CALLEE, described(callee));
    callee.speak(stream, CALLEE);
    await(() -> stream.report().fromCallee().packets() == 1);
    assertThat(caller.heardNothing()).isTrue();
  }

  @Test
  void dropsWhatAStrangerInjects() throws IOException {
    describeBoth();
    assertThat(speak(caller, callee, true)).isTrue();
    try (Peer stranger = new Peer(V4, 1)) {
      for (int i = 0; i < 50; i++) {
        stranger.speak(stream, CALLER);
      }
      await(() -> stream.report().fromCaller().dropped() == 50);
      assertThat(speak(caller, callee, true)).isTrue();
      assertThat(speak(callee, caller, false)).isTrue();
      assertThat(stranger.heardNothing()).isTrue();
    }
    assertThat(stream.report().fromCaller().packets()).isEqualTo(2);
  }

  @Test
  void followsAnOfferThatMoves() throws IOException {
    describeBoth();
    assertThat(speak(caller, callee, true)).isTrue();
    try (Peer moved = new Peer(V4, 9)) {
      stream.described(CALLER, described(moved));
      callee.speak(stream, CALLEE);
      assertThat(moved.hear()).hasSize(172);
      assertThat(speak(moved, callee, true)).isTrue();
    }
  }

  @Test
  void passesRtcpAndMeasuresTheRoundTrip() throws IOException {
    describeBoth();
    caller.sendRtcp(stream, CALLER, RtcpTest.senderReport(1, 0x1111));
    callee.hearRtcp();
    callee.sendRtcp(stream, CALLEE, RtcpTest.senderReport(2, 0x2222));
    caller.hearRtcp();
    callee.sendRtcp(stream, CALLEE, RtcpTest.receiverReport(2, 1, 0x1111, 0));
    caller.hearRtcp();
    byte[] report = RtcpTest.receiverReport(1, 2, 0x2222, 0);
    caller.sendRtcp(stream, CALLER, report);
    assertThat(callee.hearRtcp()).isEqualTo(report);
    await(() -> stream.report().fromCaller().rttUs() >= 0);
    assertThat(stream.report().fromCaller().rttUs())
        .isEqualTo(stream.report().fromCallee().rttUs());
  }

  @Test
  void partsWhatOneSideMuxes() throws IOException {
    stream.described(CALLER, described(caller, true, true, true, Duration.ofMinutes(1)));
    stream.described(CALLEE, described(callee));
    assertThat(speak(caller, callee, true)).isTrue();
    byte[] report = RtcpTest.senderReport(1, 0x1111);
    caller.send(stream, CALLER, report);
    assertThat(callee.hearRtcp()).isEqualTo(report);
    byte[] back = RtcpTest.senderReport(2, 0x2222);
    callee.sendRtcp(stream, CALLEE, back);
    assertThat(caller.hear()).isEqualTo(back);
  }

  @Test
  void passesFaxUnread() throws IOException {
    stream.described(CALLER, anything(caller));
    stream.described(CALLEE, anything(callee));
    byte[] fax = {0, 1, 2};
    caller.send(stream, CALLER, fax);
    assertThat(callee.hear()).isEqualTo(fax);
  }

  @Test
  void sendsNothingToWhoHolds() throws IOException {
    describeBoth();
    assertThat(speak(caller, callee, true)).isTrue();
    stream.described(CALLER, described(caller, false, true, false, Duration.ofMinutes(1)));
    stream.described(CALLEE, described(callee, false, false, true, Duration.ofMinutes(1)));
    callee.speak(stream, CALLEE);
    assertThat(speak(caller, callee, true)).isTrue();
    await(() -> stream.report().fromCallee().packets() == 1);
    assertThat(caller.heardNothing()).isTrue();
    describeBoth();
    assertThat(speak(callee, caller, false)).isTrue();
  }

  @Test
  void tellsOfSilenceOfOneSide() throws Exception {
    stream.described(CALLER, described(caller));
    stream.described(CALLEE, described(callee, false, true, true, Duration.ofMillis(30)));
    assertThat(rig.silences.take()).isEqualTo("CALLEE");
    callee.speak(stream, CALLEE);
    assertThat(rig.silences.take()).isEqualTo("CALLEE");
    stream.described(CALLER, described(caller, false, true, true, Duration.ofMillis(30)));
    assertThat(rig.silences.take()).isEqualTo("both");
  }

  @Test
  void movesASideToAnotherNetwork() throws IOException {
    describeBoth();
    assertThat(speak(caller, callee, true)).isTrue();
    int before = stream.port(CALLEE);
    assertThat(stream.move(CALLEE, "six")).isTrue();
    assertThat(stream.address(CALLEE)).isEqualTo(V6);
    assertThat(stream.port(CALLEE)).isNotEqualTo(before);
    try (Peer six = new Peer(V6, 3)) {
      stream.described(CALLEE, described(six));
      assertThat(speak(six, caller, false)).isTrue();
      assertThat(speak(caller, six, true)).isTrue();
    }
  }

  @Test
  void countsWhatIsNoMedia() throws IOException {
    describeBoth();
    assertThat(speak(caller, callee, true)).isTrue();
    for (int size : new int[] {0, 3, 11, 65_000}) {
      caller.send(stream, CALLER, new byte[size]);
    }
    byte[] garbage = new byte[100];
    new Random(1).nextBytes(garbage);
    garbage[0] = 0;
    caller.sendRtcp(stream, CALLER, garbage);
    await(() -> stream.report().fromCaller().dropped() == 5);
    assertThat(speak(caller, callee, true)).isTrue();
    assertThat(callee.heardNothing()).isTrue();
  }

  @Test
  void aFloodOfStraysLeavesOthersAlone() throws IOException {
    describeBoth();
    RelayedStream other = requireNonNull(rig.stream("four", "four"));
    byte[] stray = new byte[172];
    for (int i = 0; i < 20_000; i++) {
      caller.send(other, CALLER, stray);
      if (i % 1000 == 0) {
        assertThat(speak(caller, callee, true)).isTrue();
      }
    }
    assertThat(stream.report().fromCaller().lost()).isZero();
    assertThat(other.report().fromCaller().dropped()).isPositive();
  }

  @Test
  void neverSendsToItself() throws IOException {
    RelayedStream other = requireNonNull(rig.stream("four", "four"));
    stream.described(CALLER, described(caller));
    DescribedMedia here = described(callee);
    stream.described(
        CALLEE,
        new DescribedMedia(
            new java.net.InetSocketAddress(V4, other.port(CALLER)),
            null,
            false,
            true,
            false,
            null,
            here.payloadTypes(),
            here.names(),
            true,
            true,
            true,
            Duration.ofMinutes(1)));
    caller.speak(stream, CALLER);
    await(() -> stream.report().fromCaller().packets() == 1);
    assertThat(speak(callee, caller, false)).isTrue();
    assertThat(other.report().fromCaller().dropped()).isZero();
  }

  @Test
  void givesBackWhatStreamsTook() {
    stream.close(last -> {});
    List<RelayedStream> open = new ArrayList<>();
    Set<Integer> ports = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      RelayedStream next = requireNonNull(rig.stream("four", "four"));
      open.add(next);
      assertThat(ports.add(next.port(CALLER))).isTrue();
      assertThat(ports.add(next.port(CALLEE))).isTrue();
    }
    open.forEach(each -> each.close(last -> {}));
    await(() -> rig.relay.ports("four").taken() == 0);
  }

  @Test
  void refusesANetworkItDoesNotServe() {
    assertThat(rig.relay.serves("four")).isTrue();
    assertThatThrownBy(() -> rig.stream("four", "five"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void saysSoWhenPortsAreExhausted() {
    try (RelayRig small =
        new RelayRig(ring, Offload.NONE, Duration.ofSeconds(3), new PortRange(27_000, 27_005))) {
      RelayedStream only = requireNonNull(small.stream("four", "four"));
      assertThat(small.stream("four", "four")).isNull();
      assertThat(small.relay.ports("four").taken()).isEqualTo(2);
      only.close(last -> {});
      await(() -> small.relay.ports("four").taken() == 0);
      assertThat(small.stream("four", "four")).as("the two rest").isNull();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import static io.fairlead.media.relay.RelayRig.V4;
import static io.fairlead.media.relay.RelayRig.await;
import static io.fairlead.media.relay.RelayRig.described;
import static io.fairlead.sdp.OfferAnswer.Side.CALLEE;
import static io.fairlead.sdp.OfferAnswer.Side.CALLER;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.media.relay.RelayRig.Peer;
import io.fairlead.media.srtp.CryptoSuite;
import io.fairlead.media.srtp.MasterKey;
import io.fairlead.media.srtp.SrtpReceiver;
import io.fairlead.media.srtp.SrtpSender;
import io.fairlead.media.srtp.SrtpSession;
import io.fairlead.media.srtp.SrtpWorkspace;
import io.fairlead.observe.Meter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A relay between a side with SRTP and one without, or with another, over real sockets. */
class SecureRelayTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final PortRange PORTS = new PortRange(29_000, 29_499);

  private final SrtpWorkspace space = new SrtpWorkspace(1500);
  private RelayRig rig = rig(true);
  private Peer phone;
  private Peer farm;
  private RelayedStream stream;

  /** What a peer does, and what we are told to do with it. */
  private static final class Keys {
    private final SrtpSender peerSends;
    private final SrtpReceiver peerReceives;
    private final SrtpSession ours;

    Keys(CryptoSuite suite) {
      MasterKey theirs = MasterKey.random(suite, RANDOM);
      MasterKey own = MasterKey.random(suite, RANDOM);
      peerSends = new SrtpSender(theirs, 8);
      peerReceives = new SrtpReceiver(own, 8);
      ours = new SrtpSession(new SrtpReceiver(theirs, 4), new SrtpSender(own, 4));
    }
  }

  private static RelayRig rig(boolean ring) {
    return new RelayRig(ring, Offload.NONE, java.time.Duration.ofSeconds(3), PORTS);
  }

  @BeforeEach
  void opens() throws IOException {
    phone = new Peer(V4, 0x1111);
    farm = new Peer(V4, 0x2222);
    stream = requireNonNull(rig.stream("four", "four"));
  }

  @AfterEach
  void closes() {
    phone.close();
    farm.close();
    rig.close();
  }

  private static DescribedMedia with(Peer at, @Nullable Keys keys) {
    DescribedMedia plain = described(at);
    return new DescribedMedia(
        plain.rtp(),
        plain.rtcp(),
        plain.muxed(),
        true,
        keys != null,
        keys == null ? null : keys.ours,
        plain.payloadTypes(),
        plain.names(),
        true,
        true,
        false,
        plain.timeout());
  }

  private byte[] sealed(Keys keys, byte[] packet) {
    System.arraycopy(packet, 0, space.packet(), 0, packet.length);
    return Arrays.copyOf(space.packet(), keys.peerSends.rtp(space, packet.length));
  }

  private byte[] opened(Keys keys, byte[] packet) {
    System.arraycopy(packet, 0, space.packet(), 0, packet.length);
    int length = keys.peerReceives.rtp(space, packet.length);
    assertThat(length).as(() -> "" + keys.peerReceives.failure()).isPositive();
    return Arrays.copyOf(space.packet(), length);
  }

  private long dropped(String reason) {
    return rig.meters.counter(Meter.MEDIA_DROPPED, reason).value();
  }

  private void awaitDropped(String reason, int count) {
    await(() -> dropped(reason) == count);
  }

  @ParameterizedTest
  @EnumSource(CryptoSuite.class)
  void decryptsOneWayAndEncryptsTheOther(CryptoSuite suite) throws IOException {
    Keys keys = new Keys(suite);
    stream.described(CALLER, with(phone, keys));
    stream.described(CALLEE, described(farm));
    for (int i = 0; i < 20; i++) {
      byte[] said = phone.packet(8);
      phone.send(stream, CALLER, sealed(keys, said));
      assertThat(farm.hear()).isEqualTo(said);
      byte[] answered = farm.speak(stream, CALLEE);
      byte[] heard = phone.hear();
      assertThat(heard).isNotEqualTo(answered);
      assertThat(opened(keys, heard)).isEqualTo(answered);
    }
    assertThat(stream.report().callerSrtp()).isEqualTo(suite.name());
    assertThat(stream.report().calleeSrtp()).isEmpty();
    assertThat(stream.report().fromCaller().lost()).isZero();
    assertThat(rig.relay.secured()).isEqualTo(1);
    stream.close(last -> {});
    await(() -> rig.relay.secured() == 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eachSideMayHaveASuiteOfItsOwn(boolean ring) throws IOException {
    rig.close();
    rig = rig(ring);
    stream = requireNonNull(rig.stream("four", "four"));
    Keys one = new Keys(CryptoSuite.AES_CM_128_HMAC_SHA1_32);
    Keys other = new Keys(CryptoSuite.AEAD_AES_256_GCM);
    stream.described(CALLER, with(phone, one));
    stream.described(CALLEE, with(farm, other));
    byte[] said = phone.packet(8);
    phone.send(stream, CALLER, sealed(one, said));
    assertThat(opened(other, farm.hear())).isEqualTo(said);
    byte[] answered = farm.packet(8);
    farm.send(stream, CALLEE, sealed(other, answered));
    assertThat(opened(one, phone.hear())).isEqualTo(answered);
  }

  @Test
  void rtcpIsDecryptedAndEncryptedToo() throws IOException {
    Keys keys = new Keys(CryptoSuite.AES_CM_128_HMAC_SHA1_80);
    stream.described(CALLER, with(phone, keys));
    stream.described(CALLEE, described(farm));
    byte[] report = ByteBuffer.allocate(28).putInt(0x80c80006).putInt(0x1111).putLong(42).array();
    System.arraycopy(report, 0, space.packet(), 0, 28);
    int length = keys.peerSends.rtcp(space, 28);
    phone.sendRtcp(stream, CALLER, Arrays.copyOf(space.packet(), length));
    assertThat(farm.hearRtcp()).isEqualTo(report);
    farm.sendRtcp(stream, CALLEE, report);
    byte[] heard = phone.hearRtcp();
    System.arraycopy(heard, 0, space.packet(), 0, heard.length);
    assertThat(keys.peerReceives.rtcp(space, heard.length)).isEqualTo(28);
    assertThat(space.packet()).startsWith(report);
  }

  @Test
  void whatIsNotAuthenticTeachesNothingAndIsCounted() throws IOException {
    Keys keys = new Keys(CryptoSuite.AES_CM_128_HMAC_SHA1_80);
    DescribedMedia unknown = with(phone, keys);
    stream.described(
        CALLER,
        new DescribedMedia(
            null,
            null,
            false,
            true,
            true,
            keys.ours,
            unknown.payloadTypes(),
            unknown.names(),
            true,
            true,
            false,
            unknown.timeout()));
    stream.described(CALLEE, described(farm));
    try (Peer stranger = new Peer(V4, 0x1111)) {
      stranger.speak(stream, CALLER);
      byte[] changed = sealed(keys, phone.packet(8));
      byte[] true1 = changed.clone();
      changed[20] ^= 1;
      stranger.send(stream, CALLER, changed);
      stranger.send(stream, CALLER, new byte[] {20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13});
      phone.send(stream, CALLER, true1);
      assertThat(farm.hear()).hasSize(172);
      phone.send(stream, CALLER, true1);
      farm.speak(stream, CALLEE);
      assertThat(opened(keys, phone.hear())).hasSize(172);
      assertThat(stranger.heardNothing()).isTrue();
    }
    awaitDropped("unauthentic", 2);
    awaitDropped("replayed", 1);
    awaitDropped("invalid", 1);
  }

  @Test
  void nothingIsSentTwiceUnderOneIndexAndSsrcsAreBounded() throws IOException {
    Keys keys = new Keys(CryptoSuite.AES_CM_128_HMAC_SHA1_80);
    stream.described(CALLER, with(phone, keys));
    stream.described(CALLEE, described(farm));
    byte[] first = farm.speak(stream, CALLEE);
    assertThat(opened(keys, phone.hear())).isEqualTo(first);
    byte[] again = first.clone();
    again[100] = 77;
    farm.send(stream, CALLEE, again);
    awaitDropped("replayed", 1);
    for (int ssrc = 1; ssrc <= 5; ssrc++) {
      byte[] another = farm.packet(8);
      another[11] = (byte) ssrc;
      farm.send(stream, CALLEE, another);
      if (ssrc <= 3) {
        assertThat(opened(keys, phone.hear())).isEqualTo(another);
      }
    }
    awaitDropped("ssrcs", 2);
    assertThat(phone.heardNothing()).isTrue();
  }

  @Test
  void aNewKeyBeginsAnewAndTheSameGoesOn() throws IOException {
    Keys keys = new Keys(CryptoSuite.AES_CM_128_HMAC_SHA1_80);
    Keys next = new Keys(CryptoSuite.AES_CM_128_HMAC_SHA1_80);
    stream.described(CALLEE, described(farm));
    for (Keys each : List.of(keys, keys, next)) {
      stream.described(CALLER, with(phone, each));
      byte[] said = phone.packet(8);
      phone.send(stream, CALLER, sealed(each, said));
      assertThat(farm.hear()).isEqualTo(said);
      byte[] answered = farm.speak(stream, CALLEE);
      assertThat(opened(each, phone.hear())).isEqualTo(answered);
    }
    assertThat(rig.relay.secured()).isEqualTo(1);
    phone.send(stream, CALLER, sealed(keys, phone.packet(8)));
    awaitDropped("unauthentic", 1);
  }
}

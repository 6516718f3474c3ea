// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams of packets between a sender and a receiver: lost, reordered, repeated, changed. */
class SrtpStreamTest {
  private static final SecureRandom SECURE = new SecureRandom();
  private static final int SSRC = 0x1234;

  private final SrtpWorkspace space = new SrtpWorkspace(1500);

  private static byte[] packet(int sequence, int ssrc, int payload) {
    byte[] made = new byte[12 + payload];
    ByteBuffer.wrap(made)
        .put((byte) 0x80)
        .put((byte) 8)
        .putShort((short) sequence)
        .putInt(7)
        .putInt(ssrc);
    for (int i = 12; i < made.length; i++) {
      made[i] = (byte) (sequence + i);
    }
    return made;
  }

  private int load(byte[] packet) {
    System.arraycopy(packet, 0, space.packet(), 0, packet.length);
    return packet.length;
  }

  private byte[] sealed(SrtpSender sender, byte[] packet) {
    int length = sender.rtp(space, load(packet));
    assertThat(length).as(() -> "" + sender.failure()).isPositive();
    return Arrays.copyOf(space.packet(), length);
  }

  private static SrtpFailure fails(SrtpReceiver receiver, int result) {
    assertThat(result).isEqualTo(-1);
    return receiver.failure();
  }

  @ParameterizedTest
  @EnumSource(CryptoSuite.class)
  void whatIsLostReorderedAndRepeatedOverWrapsIsDecryptedOnce(CryptoSuite suite) {
    Random random = new Random(suite.ordinal());
    MasterKey key = MasterKey.random(suite, SECURE);
    SrtpSender sender = new SrtpSender(key, 4);
    SrtpReceiver receiver = new SrtpReceiver(key, 4);
    List<byte[]> wire = new ArrayList<>();
    List<byte[]> sent = new ArrayList<>();
    int begin = 0x7000;
    // Three times over 2^16, mostly in steps that a loss of many packets makes.
    for (int n = begin; n < begin + 0x30000; n += 1 + random.nextInt(300)) {
      byte[] packet = packet(n, SSRC, random.nextInt(200));
      sent.add(packet);
      wire.add(sealed(sender, packet));
    }
    BitSet heard = new BitSet();
    for (int i = 0; i < wire.size(); i++) {
      // Some come one later than the next, all of them twice.
      int which = i % 5 == 3 && i + 1 < wire.size() ? i + 1 : i % 5 == 4 ? i - 1 : i;
      for (int again = 0; again < 2; again++) {
        int length = receiver.rtp(space, load(wire.get(which)));
        if (again == 1) {
          assertThat(fails(receiver, length)).isEqualTo(SrtpFailure.REPLAYED);
        } else if (length >= 0) {
          assertThat(Arrays.copyOf(space.packet(), length)).isEqualTo(sent.get(which));
          heard.set(which);
        } else {
          // Behind by more than the window: never more than one, and only where steps are long.
          assertThat(receiver.failure()).isEqualTo(SrtpFailure.REPLAYED);
          assertThat(which).isLessThan(i);
        }
      }
    }
    assertThat(heard.cardinality()).isGreaterThan(wire.size() * 7 / 10);
  }

  @ParameterizedTest
  @EnumSource(CryptoSuite.class)
  void oneChangedBitIsNotAuthenticAndTheTruePacketStillIs(CryptoSuite suite) {
    MasterKey key = MasterKey.random(suite, SECURE);
    byte[] wire = sealed(new SrtpSender(key, 1), packet(1, SSRC, 20));
    SrtpReceiver receiver = new SrtpReceiver(key, 1);
    for (int bit = 0; bit < wire.length * 8; bit++) {
      byte[] changed = wire.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(receiver.rtp(space, load(changed))).as("bit " + bit).isEqualTo(-1);
    }
    for (int length = 0; length < wire.length; length++) {
      assertThat(receiver.rtp(space, load(Arrays.copyOf(wire, length)))).isEqualTo(-1);
    }
    assertThat(receiver.rtp(space, load(wire))).isEqualTo(32);
  }

  @ParameterizedTest
  @EnumSource(CryptoSuite.class)
  void rtcpIsDecryptedOnceAndOnlyWhenEncrypted(CryptoSuite suite) {
    MasterKey key = MasterKey.random(suite, SECURE);
    SrtpSender sender = new SrtpSender(key, 1);
    SrtpReceiver receiver = new SrtpReceiver(key, 1);
    byte[] report = ByteBuffer.allocate(28).putInt(0x80c80006).putInt(SSRC).putLong(42).array();
    byte[] last = report;
    for (int i = 0; i < 300; i++) {
      int length = sender.rtcp(space, load(report));
      assertThat(length).isEqualTo(28 + 4 + suite.rtcpTag());
      last = Arrays.copyOf(space.packet(), length);
      assertThat(receiver.rtcp(space, length)).isEqualTo(28);
      assertThat(space.packet()).startsWith(report);
    }
    assertThat(fails(receiver, receiver.rtcp(space, load(last)))).isEqualTo(SrtpFailure.REPLAYED);
    int at = suite.isAead() ? last.length - 4 : last.length - 4 - suite.rtcpTag();
    last[at] &= 0x7f;
    assertThat(fails(receiver, receiver.rtcp(space, load(last))))
        .isEqualTo(SrtpFailure.UNAUTHENTIC);
    assertThat(fails(receiver, receiver.rtcp(space, load(new byte[11]))))
        .isEqualTo(SrtpFailure.MALFORMED);
  }

  @Test
  void anotherRolloverCounterIsNotAuthentic() {
    MasterKey key = MasterKey.random(CryptoSuite.AES_CM_128_HMAC_SHA1_80, SECURE);
    SrtpSender sender = new SrtpSender(key, 1);
    for (int sequence : new int[] {0, 0x7000, 0xe000, 0x14000, 0x1b000}) {
      sealed(sender, packet(sequence, SSRC, 10));
    }
    byte[] second = sealed(sender, packet(0x20001, SSRC, 10));
    SrtpReceiver joined = new SrtpReceiver(key, 1);
    assertThat(fails(joined, joined.rtp(space, load(second)))).isEqualTo(SrtpFailure.UNAUTHENTIC);
  }

  @Test
  void aSenderUsesNoIndexTwice() {
    SrtpSender sender = new SrtpSender(MasterKey.random(CryptoSuite.AEAD_AES_128_GCM, SECURE), 1);
    sealed(sender, packet(1000, SSRC, 20));
    assertThat(sender.rtp(space, load(packet(1000, SSRC, 30)))).isEqualTo(-1);
    assertThat(sender.failure()).isEqualTo(SrtpFailure.REPLAYED);
    sealed(sender, packet(999, SSRC, 20));
    assertThat(sender.rtp(space, load(packet(800, SSRC, 20)))).as("too old to tell").isEqualTo(-1);
  }

  @Test
  void ssrcsAreBoundedAndStrangersLeaveNone() {
    MasterKey key = MasterKey.random(CryptoSuite.AES_CM_128_HMAC_SHA1_80, SECURE);
    SrtpSender sender = new SrtpSender(key, 5);
    SrtpReceiver receiver = new SrtpReceiver(key, 3);
    for (int ssrc = 1; ssrc <= 5; ssrc++) {
      byte[] wire = sealed(sender, packet(1, ssrc, 20));
      byte[] strange = wire.clone();
      strange[8] = 99;
      assertThat(fails(receiver, receiver.rtp(space, load(strange))))
          .isEqualTo(SrtpFailure.UNAUTHENTIC);
      int length = receiver.rtp(space, load(wire));
      if (ssrc <= 3) {
        assertThat(length).isEqualTo(32);
      } else {
        assertThat(fails(receiver, length)).isEqualTo(SrtpFailure.SSRCS);
      }
    }
    assertThat(sender.rtp(space, load(packet(1, 6, 20)))).isEqualTo(-1);
    assertThat(sender.failure()).isEqualTo(SrtpFailure.SSRCS);
    sealed(sender, packet(2, 1, 20));
  }

  @Test
  void whatIsNoRtpIsMalformed() {
    MasterKey key = MasterKey.random(CryptoSuite.AES_CM_128_HMAC_SHA1_32, SECURE);
    SrtpSender sender = new SrtpSender(key, 1);
    byte[] extended = packet(1, SSRC, 3);
    extended[0] = (byte) 0x90;
    byte[] sources = packet(1, SSRC, 3);
    sources[0] = (byte) 0x81;
    byte[] old = packet(1, SSRC, 3);
    old[0] = 0x40;
    for (byte[] bad : List.of(extended, sources, old, new byte[3])) {
      assertThat(sender.rtp(space, load(bad))).isEqualTo(-1);
      assertThat(sender.failure()).isEqualTo(SrtpFailure.MALFORMED);
    }
    assertThat(sender.rtp(space, 1501)).as("longer than there is room for").isEqualTo(-1);
  }

  @Test
  void keysAreComparedAndNeverShown() {
    MasterKey key = MasterKey.random(CryptoSuite.AEAD_AES_256_GCM, SECURE);
    assertThat(MasterKey.read(key.suite(), key.base64())).isEqualTo(key).hasSameHashCodeAs(key);
    assertThat(key).isNotEqualTo(MasterKey.random(key.suite(), SECURE));
    assertThat(key.toString()).isEqualTo("AEAD_AES_256_GCM key");
    assertThat(MasterKey.read(CryptoSuite.AEAD_AES_128_GCM, key.base64())).isNull();
    assertThat(MasterKey.read(key.suite(), "%%%%")).isNull();
  }
}

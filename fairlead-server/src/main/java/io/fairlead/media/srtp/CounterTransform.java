// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.srtp;

import static io.fairlead.media.srtp.SrtpPacket.ENCRYPTED;
import static io.fairlead.media.srtp.SrtpPacket.RTCP_INDEX;
import static io.fairlead.media.srtp.SrtpPacket.longAt;
import static io.fairlead.media.srtp.SrtpPacket.putInt;
import static io.fairlead.media.srtp.SrtpPacket.putLong;

import io.fairlead.media.srtp.KeyDerivation.Label;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;

/**
 * AES in counter mode and HMAC-SHA1 (RFC 3711 §4.1.1, §4.2.1, RFC 6188 §2). The counter blocks are
 * encrypted as single blocks, since the JDK's own counter mode costs an object for each packet.
 *
 * <p>Owned by one media loop.
 */
final class CounterTransform implements SrtpTransform {
  private static final int BLOCK = 16;
  private static final int SALT = 14;
  private static final int SHA1 = 20;
  private static final int SHA1_BLOCK = 64;
  private static final byte INNER = 0x36;
  private static final byte OUTER = 0x5c;

  private final Cipher aes;
  private final long saltHigh;
  private final long saltLow;
  private final byte[] inner;
  private final byte[] outer;
  private final boolean rtcp;
  private final int tag;

  CounterTransform(CryptoSuite suite, KeyDerivation keys, boolean rtcp) {
    this(
        keys.derive(Label.ENCRYPTION, rtcp, suite.keyLength()),
        keys.derive(Label.SALT, rtcp, SALT),
        keys.derive(Label.AUTHENTICATION, rtcp, SHA1),
        rtcp,
        rtcp ? suite.rtcpTag() : suite.rtpTag());
  }

  CounterTransform(byte[] key, byte[] salt, byte[] authentication, boolean rtcp, int tag) {
    this.aes = KeyDerivation.aes(key);
    byte[] shifted = Arrays.copyOf(salt, BLOCK);
    this.saltHigh = longAt(shifted, 0);
    this.saltLow = longAt(shifted, 8);
    this.inner = padded(authentication, INNER);
    this.outer = padded(authentication, OUTER);
    this.rtcp = rtcp;
    this.tag = tag;
  }

  private static byte[] padded(byte[] key, byte with) {
    byte[] block = Arrays.copyOf(key, SHA1_BLOCK);
    for (int i = 0; i < block.length; i++) {
      block[i] ^= with;
    }
    return block;
  }

  @Override
  public int seal(SrtpWorkspace space, int from, int to, int ssrc, long index) {
    byte[] packet = space.packet();
    crypt(space, from, to, ssrc, index);
    int at = to;
    if (rtcp) {
      putInt(packet, to, ENCRYPTED | (int) index);
      at += RTCP_INDEX;
    }
    authenticate(space, to, index);
    System.arraycopy(space.mac, 0, packet, at, tag);
    return at + tag;
  }

  @Override
  public boolean open(SrtpWorkspace space, int from, int to, int ssrc, long index) {
    authenticate(space, to, index);
    byte[] packet = space.packet();
    int at = rtcp ? to + RTCP_INDEX : to;
    int difference = 0;
    for (int i = 0; i < tag; i++) {
      difference |= packet[at + i] ^ space.mac[i];
    }
    if (difference != 0) {
      return false;
    }
    crypt(space, from, to, ssrc, index);
    return true;
  }

  @Override
  public int rtcpIndexAt(int length) {
    return length - tag - RTCP_INDEX;
  }

  // The counter is in the last 16 bits, which neither salt nor index reach.
  private void crypt(SrtpWorkspace space, int from, int to, int ssrc, long index) {
    byte[] blocks = space.blocks;
    long high = saltHigh ^ ssrc & 0xffffffffL;
    long low = saltLow ^ index << 16;
    int length = (to - from + BLOCK - 1) & -BLOCK;
    for (int at = 0; at < length; at += BLOCK) {
      putLong(blocks, at, high);
      putLong(blocks, at + 8, low++);
    }
    try {
      aes.update(blocks, 0, length, space.keystream, 0);
    } catch (ShortBufferException e) {
      throw new IllegalStateException("the keystream is as long as its blocks", e);
    }
    xor(space.packet(), from, to, space.keystream);
  }

  private static void xor(byte[] packet, int from, int to, byte[] keystream) {
    int at = from;
    int key = 0;
    for (; at <= to - 8; at += 8, key += 8) {
      putLong(packet, at, longAt(packet, at) ^ longAt(keystream, key));
    }
    for (; at < to; at++, key++) {
      packet[at] ^= keystream[key];
    }
  }

  // Over all that is sent, and over the rollover counter of RTP or the index of RTCP (RFC 3711
  // §4.2). In place of RTP's tag stands what is sent, so the counter is not put there.
  private void authenticate(SrtpWorkspace space, int to, long index) {
    MessageDigest sha1 = space.sha1;
    putInt(space.word, 0, rtcp ? ENCRYPTED | (int) index : (int) (index >>> 16));
    sha1.update(inner, 0, SHA1_BLOCK);
    sha1.update(space.packet(), 0, to);
    sha1.update(space.word, 0, 4);
    try {
      sha1.digest(space.mac, 0, SHA1);
      sha1.update(outer, 0, SHA1_BLOCK);
      sha1.update(space.mac, 0, SHA1);
      sha1.digest(space.mac, 0, SHA1);
    } catch (DigestException e) {
      throw new IllegalStateException("there is room for 20 bytes", e);
    }
  }
}

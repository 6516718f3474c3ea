// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.srtp;

import static io.fairlead.media.srtp.SrtpPacket.ENCRYPTED;
import static io.fairlead.media.srtp.SrtpPacket.RTCP_INDEX;
import static io.fairlead.media.srtp.SrtpPacket.putInt;

import io.fairlead.media.srtp.KeyDerivation.Label;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-GCM (RFC 7714). The JDK wants a new object for each nonce, and makes some more: a kilobyte
 * for each packet, which dies at once.
 *
 * <p>Owned by one media loop.
 */
final class GcmTransform implements SrtpTransform {
  private static final int NONCE = 12;
  private static final int TAG = 16;
  private static final int TAG_BITS = 128;

  private final Cipher cipher;
  private final SecretKeySpec key;
  private final byte[] salt;
  private final byte[] nonce = new byte[NONCE];
  private final boolean rtcp;

  GcmTransform(CryptoSuite suite, KeyDerivation keys, boolean rtcp) {
    this(
        keys.derive(Label.ENCRYPTION, rtcp, suite.keyLength()),
        keys.derive(Label.SALT, rtcp, NONCE),
        rtcp);
  }

  GcmTransform(byte[] key, byte[] salt, boolean rtcp) {
    this.key = new SecretKeySpec(key, "AES");
    this.salt = salt;
    this.rtcp = rtcp;
    try {
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM", e);
    }
  }

  @Override
  public int seal(SrtpWorkspace space, int from, int to, int ssrc, long index) {
    byte[] packet = space.packet();
    try {
      begin(Cipher.ENCRYPT_MODE, space, from, ssrc, index);
      cipher.doFinal(packet, from, to - from, space.keystream, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM does not encrypt", e);
    }
    int end = to + TAG;
    System.arraycopy(space.keystream, 0, packet, from, end - from);
    if (rtcp) {
      putInt(packet, end, ENCRYPTED | (int) index);
      end += RTCP_INDEX;
    }
    return end;
  }

  @Override
  public boolean open(SrtpWorkspace space, int from, int to, int ssrc, long index) {
    byte[] packet = space.packet();
    try {
      begin(Cipher.DECRYPT_MODE, space, from, ssrc, index);
      cipher.doFinal(packet, from, to - from + TAG, space.keystream, 0);
    } catch (AEADBadTagException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM does not decrypt", e);
    }
    System.arraycopy(space.keystream, 0, packet, from, to - from);
    return true;
  }

  @Override
  public int rtcpIndexAt(int length) {
    return length - RTCP_INDEX;
  }

  // RFC 7714 §8.1, §9.1, and what is not encrypted but authenticated, §8.2, §9.2.
  private void begin(int mode, SrtpWorkspace space, int from, int ssrc, long index)
      throws GeneralSecurityException {
    putInt(nonce, 0, ssrc >>> 16);
    putInt(nonce, 4, ssrc << 16 | (int) (index >>> 32));
    putInt(nonce, 8, (int) index);
    for (int i = 0; i < NONCE; i++) {
      nonce[i] ^= salt[i];
    }
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(space.packet(), 0, from);
    if (rtcp) {
      putInt(space.word, 0, ENCRYPTED | (int) index);
      cipher.updateAAD(space.word, 0, RTCP_INDEX);
    }
  }
}

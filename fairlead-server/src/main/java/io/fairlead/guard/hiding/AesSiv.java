// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.hiding;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-SIV with two keys of 128 bits and one piece of associated data (RFC 5297): authenticated
 * encryption that needs no nonce, so that what is sealed twice reads the same twice, on every node.
 * Who sees two sealed texts can tell whether they say the same, and nothing else.
 *
 * <p>Owned by one loop: one object seals and opens one after the other, and allocates nothing.
 */
final class AesSiv {
  /** Bytes of the synthetic IV, by which a text is longer when it is sealed. */
  static final int OVERHEAD = 16;

  /** Bytes of key material: one half for the MAC, one for the cipher. */
  static final int KEY = 32;

  private static final int BLOCK = 16;

  // CMAC is the last block of CBC from zero; CTR is made of single blocks, so that neither needs
  // another IV, and with it a new key schedule, for each text.
  private final Cipher cbc;
  private final Cipher ecb;
  private final byte[] sub1 = new byte[BLOCK];
  private final byte[] sub2 = new byte[BLOCK];
  private final byte[] zeroMac = new byte[BLOCK];
  private final byte[] mac = new byte[BLOCK];
  private final byte[] doubled = new byte[BLOCK];
  private byte[] padded = new byte[512];
  private byte[] chained = new byte[512];

  /** A pair of keys, {@value #KEY} bytes together. */
  AesSiv(byte[] key) {
    try {
      cbc = Cipher.getInstance("AES/CBC/NoPadding");
      SecretKeySpec macKey = new SecretKeySpec(key, 0, BLOCK, "AES");
      cbc.init(Cipher.ENCRYPT_MODE, macKey, new IvParameterSpec(new byte[BLOCK]));
      ecb = Cipher.getInstance("AES/ECB/NoPadding");
      ecb.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, BLOCK, BLOCK, "AES"));
      cbc.doFinal(new byte[BLOCK], 0, BLOCK, sub1, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES", e);
    }
    twice(sub1);
    System.arraycopy(sub1, 0, sub2, 0, BLOCK);
    twice(sub2);
    cmac(new byte[BLOCK], 0, BLOCK);
    System.arraycopy(mac, 0, zeroMac, 0, BLOCK);
  }

  /**
   * Seals.
   *
   * @param ad what is not sent but must be the same when it is opened
   * @param out takes {@link #OVERHEAD} bytes more than there are; may not overlap the text
   */
  void seal(byte[] ad, int adLength, byte[] text, int from, int to, byte[] out) {
    s2v(ad, adLength, text, from, to);
    System.arraycopy(mac, 0, out, 0, OVERHEAD);
    ctr(out, text, from, to - from, out, OVERHEAD);
  }

  /**
   * Opens what is sealed in the first bytes of an array.
   *
   * @param out takes {@link #OVERHEAD} bytes less; of no meaning when it does not open
   * @return false when it was not sealed by this key with that associated data
   */
  boolean open(byte[] ad, int adLength, byte[] sealed, int length, byte[] out) {
    if (length < OVERHEAD) {
      return false;
    }
    ctr(sealed, sealed, OVERHEAD, length - OVERHEAD, out, 0);
    s2v(ad, adLength, out, 0, length - OVERHEAD);
    int different = 0;
    for (int i = 0; i < OVERHEAD; i++) {
      different |= mac[i] ^ sealed[i];
    }
    return different == 0;
  }

  // RFC 5297 §2.4, for one piece of associated data. Leaves the IV in mac.
  private void s2v(byte[] ad, int adLength, byte[] text, int from, int to) {
    cmac(ad, 0, adLength);
    System.arraycopy(zeroMac, 0, doubled, 0, BLOCK);
    twice(doubled);
    for (int i = 0; i < BLOCK; i++) {
      doubled[i] ^= mac[i];
    }
    int length = to - from;
    if (length < BLOCK) {
      twice(doubled);
      for (int i = 0; i < length; i++) {
        doubled[i] ^= text[from + i];
      }
      doubled[length] ^= (byte) 0x80;
      room(BLOCK);
      System.arraycopy(doubled, 0, padded, 0, BLOCK);
      cmac(BLOCK);
      return;
    }
    room(length);
    System.arraycopy(text, from, padded, 0, length);
    for (int i = 0; i < BLOCK; i++) {
      padded[length - BLOCK + i] ^= doubled[i];
    }
    cmac(length);
  }

  private void cmac(byte[] text, int from, int to) {
    room(to - from);
    System.arraycopy(text, from, padded, 0, to - from);
    cmac(to - from);
  }

  // NIST SP 800-38B over the first bytes of padded; leaves it in mac.
  private void cmac(int length) {
    int blocks = Math.max(1, (length + BLOCK - 1) / BLOCK);
    int whole = blocks * BLOCK;
    byte[] sub = sub1;
    if (length < whole) {
      padded[length] = (byte) 0x80;
      Arrays.fill(padded, length + 1, whole, (byte) 0);
      sub = sub2;
    }
    for (int i = 0; i < BLOCK; i++) {
      padded[whole - BLOCK + i] ^= sub[i];
    }
    try {
      cbc.doFinal(padded, 0, whole, chained, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("whole blocks and room for them", e);
    }
    System.arraycopy(chained, whole - BLOCK, mac, 0, BLOCK);
  }

  // RFC 5297 §2.5: the IV with two bits cleared, so that 32 bits of it never carry over.
  private void ctr(byte[] iv, byte[] text, int from, int length, byte[] out, int at) {
    int blocks = (length + BLOCK - 1) / BLOCK;
    room(blocks * BLOCK);
    int counter = (iv[12] & 0x7f) << 24 | (iv[13] & 0xff) << 16 | (iv[14] & 0xff) << 8;
    counter |= iv[15] & 0xff;
    for (int block = 0; block < blocks; block++) {
      int to = block * BLOCK;
      System.arraycopy(iv, 0, padded, to, 12);
      padded[to + 8] &= 0x7f;
      int number = counter + block;
      for (int i = 0; i < 4; i++) {
        padded[to + 12 + i] = (byte) (number >>> 24 - 8 * i);
      }
    }
    try {
      if (blocks > 0) {
        ecb.doFinal(padded, 0, blocks * BLOCK, chained, 0);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("whole blocks and room for them", e);
    }
    for (int i = 0; i < length; i++) {
      out[at + i] = (byte) (text[from + i] ^ chained[i]);
    }
  }

  private void room(int length) {
    if (length + BLOCK > padded.length) {
      int more = Math.max(2 * padded.length, (length / BLOCK + 2) * BLOCK);
      padded = new byte[more];
      chained = new byte[more];
    }
  }

  // Doubling in GF(2^128).
  private static void twice(byte[] block) {
    int carry = block[0] < 0 ? 0x87 : 0;
    for (int i = 0; i < BLOCK - 1; i++) {
      block[i] = (byte) (block[i] << 1 | (block[i + 1] & 0xff) >>> 7);
    }
    block[BLOCK - 1] = (byte) (block[BLOCK - 1] << 1 ^ carry);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.srtp;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Where one thread encrypts and decrypts, one packet at a time: room for the packet and for what is
 * computed on the way, so that none of it is allocated again.
 *
 * <p>Owned by one media loop.
 */
public final class SrtpWorkspace {
  /** The most that a packet grows by: a tag and the index of SRTCP. */
  private static final int GROWTH = 20;

  private static final int BLOCK = 16;
  private static final int SHA1 = 20;

  final byte[] blocks;
  final byte[] keystream;
  final byte[] mac = new byte[SHA1];
  final byte[] word = new byte[4];
  final MessageDigest sha1;
  private final byte[] packet;
  private final int largest;

  /**
   * Room for packets.
   *
   * @param largest the longest, in bytes, before it is encrypted
   */
  public SrtpWorkspace(int largest) {
    this.largest = largest;
    int room = (largest + GROWTH + BLOCK - 1) / BLOCK * BLOCK;
    packet = new byte[room];
    blocks = new byte[room];
    keystream = new byte[room];
    try {
      sha1 = MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-1", e);
    }
  }

  /** The packet: the caller puts it here and takes from here what became of it. */
  public byte[] packet() {
    return packet;
  }

  /** The longest packet that may be put here to be encrypted. */
  int largest() {
    return largest;
  }
}

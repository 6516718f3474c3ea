// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import io.fairlead.loop.SipHash;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * The keys that seal routing cookies: the first signs, all verify, so that a key can be changed
 * without losing calls. Immutable.
 */
public final class CookieKeys {
  /** A shorter key could be guessed. */
  private static final int MIN_LENGTH = 16;

  private final SipHash[] keys;
  private final SipHash branchHash;

  private final List<String> lines;

  private CookieKeys(SipHash[] keys, SipHash branchHash, List<String> lines) {
    this.keys = keys;
    this.branchHash = branchHash;
    this.lines = List.copyOf(lines);
  }

  /**
   * Keys from text, one per line of the key file.
   *
   * @throws IllegalArgumentException when there is none, or one is shorter than 16 characters
   */
  public static CookieKeys of(List<String> lines) {
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(
          "no key: one line of " + MIN_LENGTH + " or more characters is needed");
    }
    SipHash[] keys = new SipHash[lines.size()];
    SipHash[] branchHashes = new SipHash[lines.size()];
    for (int i = 0; i < keys.length; i++) {
      if (lines.get(i).length() < MIN_LENGTH) {
        throw new IllegalArgumentException(
            "key " + (i + 1) + " is shorter than " + MIN_LENGTH + " characters");
      }
      ByteBuffer digest = ByteBuffer.wrap(sha256(lines.get(i))).order(ByteOrder.LITTLE_ENDIAN);
      keys[i] = new SipHash(digest.getLong(), digest.getLong());
      branchHashes[i] = new SipHash(digest.getLong(), digest.getLong());
    }
    return new CookieKeys(keys, branchHashes[0], lines);
  }

  /**
   * Keys of their own for another purpose, the same on all nodes with the same keys: the first
   * signs, all verify.
   */
  public List<SipHash> derived(String purpose) {
    return lines.stream()
        .map(line -> ByteBuffer.wrap(sha256(purpose + ":" + line)).order(ByteOrder.LITTLE_ENDIAN))
        .map(digest -> new SipHash(digest.getLong(), digest.getLong()))
        .toList();
  }

  /** As {@link #derived}, for other ciphers: 32 bytes for each key, the first seals, all open. */
  public List<byte[]> derivedBytes(String purpose) {
    return lines.stream().map(line -> sha256(purpose + ":" + line)).toList();
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * The hash behind loop detection and stateless branches: the same on all nodes with the same
   * first key.
   */
  public SipHash branchHash() {
    return branchHash;
  }

  long sign(byte[] bytes, int from, int to) {
    return keys[0].hash(bytes, from, to);
  }

  /** How many keys verify. */
  int count() {
    return keys.length;
  }

  long seal(int key, byte[] bytes, int from, int to) {
    return keys[key].hash(bytes, from, to);
  }
}

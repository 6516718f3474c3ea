// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.loop.SipHash;
import io.fairlead.sip.SipWriter;

/**
 * Mints what nobody else may mint or guess: ids for branches (RFC 3261 §8.1.1.7) and tags (§19.3).
 *
 * <p>Owned by one loop.
 */
final class UniqueIds {
  private final int loop;
  private final SipHash secret;
  private final SipWriter seed = new SipWriter(32);
  private long minted;

  /**
   * Two with one secret have different loops.
   *
   * @param loop the loop's number, part of all that is minted
   * @param secret not to be known outside
   */
  UniqueIds(int loop, SipHash secret) {
    this.loop = loop;
    this.secret = secret;
  }

  /** An id for a branch: never twice, with the loop's number in it. */
  long branch() {
    return Branch.id(loop, secret('b', ++minted));
  }

  /** The tag of a server transaction's own responses: the same for the same key. */
  long tag(long key) {
    return secret('t', key);
  }

  private long secret(char purpose, long number) {
    seed.clear().put(purpose).number(loop).put(':').hex(number, 16);
    return secret.hash(seed.bytes(), 0, seed.length());
  }
}

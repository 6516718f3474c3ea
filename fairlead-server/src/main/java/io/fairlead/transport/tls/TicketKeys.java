// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.tls;

import java.security.SecureRandom;
import java.util.List;

/**
 * What seals the tickets by which a peer resumes (RFC 5077, RFC 8446 §4.6.1): the key in use and
 * the one before. Who has both can read what was resumed, so they live for hours and are kept
 * nowhere. Immutable.
 *
 * @param keys 48 random bytes each, the one in use first
 */
record TicketKeys(List<byte[]> keys) {
  private static final int SIZE = 48;
  private static final SecureRandom RANDOM = new SecureRandom();

  static TicketKeys fresh() {
    return new TicketKeys(List.of(random()));
  }

  TicketKeys next() {
    return new TicketKeys(List.of(random(), keys.getFirst()));
  }

  private static byte[] random() {
    byte[] key = new byte[SIZE];
    RANDOM.nextBytes(key);
    return key;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import io.fairlead.loop.SipHash;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Makes nonces and knows its own again without having kept them (RFC 7616 §5.4): 40 hexadecimal
 * digits, the time in seconds, a number that no other nonce of this process has beside a random
 * one, and a keyed hash of both. Every node with the same keys takes them for its own. The end of
 * the number is a keyed hash of whom the nonce was sent to: who answers it has received it there.
 * Not so is no fault: a phone may move, and another node may have asked.
 *
 * <p>Owned by one loop.
 */
final class Nonces {
  /** What a nonce turned out to be. */
  enum Kind {
    GOOD,
    EXPIRED,
    FORGED
  }

  private static final int TIME = 8;
  private static final int SEALED = 24;
  private static final int COUNT = 10;
  private static final int PLACE = SEALED - TIME - COUNT;
  private static final int SOURCE = 16;

  /** How many digits. */
  static final int LENGTH = 40;

  private final List<SipHash> keys;
  private final long lifetimeSeconds;
  private final LongSupplier clockMs;
  private final byte[] scratch = new byte[LENGTH];
  private final byte[] place = new byte[TIME + COUNT + SOURCE];
  private long next;
  private long seconds;
  private long number;
  private SipHash sealed;

  /**
   * @param keys the first signs, all verify
   * @param first where the numbers begin, at random
   * @param clockMs the time since 1970, which other nodes have too
   */
  Nonces(List<SipHash> keys, long lifetimeSeconds, long first, LongSupplier clockMs) {
    this.keys = keys;
    this.sealed = keys.getFirst();
    this.lifetimeSeconds = lifetimeSeconds;
    this.next = first;
    this.clockMs = clockMs;
  }

  /**
   * Writes a new nonce.
   *
   * @param source whom it is sent to, see {@link io.fairlead.net.SourceKey}
   */
  void mint(byte[] out, int at, long source) {
    SipHash key = keys.getFirst();
    Hex.write(nowSeconds(), TIME, out, at);
    Hex.write(next++, COUNT, out, at + TIME);
    Hex.write(place(key, out, at, source), PLACE, out, at + TIME + COUNT);
    Hex.write(key.hash(out, at, at + SEALED), LENGTH - SEALED, out, at + SEALED);
  }

  private long place(SipHash key, byte[] bytes, int at, long source) {
    System.arraycopy(bytes, at, place, 0, TIME + COUNT);
    Hex.write(source, SOURCE, place, TIME + COUNT);
    return key.hash(place, 0, place.length);
  }

  /** Whether the nonce looked at, which was genuine, was sent to that source. */
  boolean sentTo(byte[] bytes, int from, long source) {
    int at = from + TIME + COUNT;
    Hex.write(place(sealed, bytes, from, source), PLACE, scratch, 0);
    return java.util.Arrays.equals(bytes, at, at + PLACE, scratch, 0, PLACE);
  }

  /** Looks at a nonce; {@link #seconds} and {@link #number} then tell of a genuine one. */
  Kind check(byte[] bytes, int from, int to) {
    if (to - from != LENGTH) {
      return Kind.FORGED;
    }
    boolean ours = false;
    for (SipHash key : keys) {
      Hex.write(key.hash(bytes, from, from + SEALED), LENGTH - SEALED, scratch, SEALED);
      if (sameSeal(bytes, from)) {
        ours = true;
        sealed = key;
      }
    }
    if (!ours) {
      return Kind.FORGED;
    }
    seconds = Hex.number(bytes, from, TIME);
    number = Hex.number(bytes, from + TIME, SEALED - TIME);
    return nowSeconds() - seconds > lifetimeSeconds ? Kind.EXPIRED : Kind.GOOD;
  }

  private boolean sameSeal(byte[] bytes, int from) {
    int difference = 0;
    for (int i = SEALED; i < LENGTH; i++) {
      difference |= bytes[from + i] ^ scratch[i];
    }
    return difference == 0;
  }

  /** When the nonce looked at was made. */
  long seconds() {
    return seconds;
  }

  /** Its number. */
  long number() {
    return number;
  }

  long nowSeconds() {
    return clockMs.getAsLong() / 1000 & 0xffffffffL;
  }
}

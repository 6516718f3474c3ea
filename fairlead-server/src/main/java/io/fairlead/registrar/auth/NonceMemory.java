// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import java.util.Arrays;

/**
 * Remembers, for each nonce with which a user has proved a password, the highest count (RFC 7616
 * §3.4, nc) and the message that had it.
 *
 * <p>The guarantee: on one loop of one process a nonce and count are accepted once, and each
 * further time only for the very same message, byte for byte, within 32 seconds of the first: that
 * is a retransmission. Since all REGISTERs of one user come to one loop, that holds for the
 * process. It holds also when the table is full: the nonces made no later than the one that was
 * forgotten are not good any more, nor are those made before the table was. What remains open:
 * another node that has not seen the nonce accepts the count once more within the nonce's lifetime,
 * if it was running when the nonce was made.
 *
 * <p>Owned by one loop.
 */
final class NonceMemory {
  /** Timers F and J: nobody retransmits for longer (RFC 3261 §17). */
  private static final long RETRANSMITS_SECONDS = 32;

  private static final int FEWEST = 16;

  private final int limit;
  // A ring of entries in order of arrival, and an index over it with linear probing: 0 is free,
  // else the place in the ring plus one.
  private long[] numbers = new long[FEWEST];
  private long[] messages = new long[FEWEST];
  private int[] made = new int[FEWEST];
  private int[] seen = new int[FEWEST];
  private int[] counts = new int[FEWEST];
  private int[] index = new int[2 * FEWEST];
  private int size;
  private int oldest;
  private long goodFrom;

  /**
   * @param limit the most that is remembered
   * @param nowSeconds when remembering begins
   */
  NonceMemory(int limit, long nowSeconds) {
    this.limit = Integer.highestOneBit(Math.max(FEWEST, limit));
    this.goodFrom = nowSeconds;
  }

  /** How many are remembered. */
  int size() {
    return size;
  }

  /**
   * Accepts a use of a nonce and remembers it.
   *
   * @param number of the nonce
   * @param madeSeconds when the nonce was made
   * @param count nc, 32 bits unsigned
   * @param message a hash of the whole message
   * @return false when it may have been used before
   */
  boolean accept(long number, long madeSeconds, long count, long message, long nowSeconds) {
    int at = find(number);
    if (at >= 0) {
      return again(at, count, message, nowSeconds);
    }
    if (madeSeconds < goodFrom) {
      return false;
    }
    if (size == numbers.length) {
      makeRoom();
    }
    // A full table may just have given up what is as old as this one.
    if (madeSeconds < goodFrom) {
      return false;
    }
    int place = oldest + size & numbers.length - 1;
    size++;
    numbers[place] = number;
    made[place] = (int) madeSeconds;
    remember(place, count, message, nowSeconds);
    link(place);
    return true;
  }

  private boolean again(int at, long count, long message, long nowSeconds) {
    long highest = counts[at] & 0xffffffffL;
    if (count > highest) {
      remember(at, count, message, nowSeconds);
      return true;
    }
    return count == highest
        && messages[at] == message
        && nowSeconds - (seen[at] & 0xffffffffL) <= RETRANSMITS_SECONDS;
  }

  private void remember(int at, long count, long message, long nowSeconds) {
    counts[at] = (int) count;
    messages[at] = message;
    seen[at] = (int) nowSeconds;
  }

  private void makeRoom() {
    if (numbers.length < limit) {
      grow();
      return;
    }
    unlink(oldest);
    goodFrom = Math.max(goodFrom, (made[oldest] & 0xffffffffL) + 1);
    oldest = oldest + 1 & numbers.length - 1;
    size--;
  }

  // Only a full ring grows, so that it is turned until the oldest comes first.
  private void grow() {
    int turn = oldest;
    numbers = turned(numbers, turn);
    messages = turned(messages, turn);
    made = turned(made, turn);
    seen = turned(seen, turn);
    counts = turned(counts, turn);
    index = new int[2 * numbers.length];
    oldest = 0;
    for (int i = 0; i < size; i++) {
      link(i);
    }
  }

  private static long[] turned(long[] ring, int turn) {
    long[] larger = Arrays.copyOf(Arrays.copyOfRange(ring, turn, ring.length), 2 * ring.length);
    System.arraycopy(ring, 0, larger, ring.length - turn, turn);
    return larger;
  }

  private static int[] turned(int[] ring, int turn) {
    int[] larger = Arrays.copyOf(Arrays.copyOfRange(ring, turn, ring.length), 2 * ring.length);
    System.arraycopy(ring, 0, larger, ring.length - turn, turn);
    return larger;
  }

  private int slot(long number) {
    return (int) (number * 0x9E3779B97F4A7C15L >>> 32) & index.length - 1;
  }

  private int find(long number) {
    for (int i = slot(number); index[i] != 0; i = i + 1 & index.length - 1) {
      if (numbers[index[i] - 1] == number) {
        return index[i] - 1;
      }
    }
    return -1;
  }

  private void link(int place) {
    int i = slot(numbers[place]);
    while (index[i] != 0) {
      i = i + 1 & index.length - 1;
    }
    index[i] = place + 1;
  }

  // Closes the gap, so that no run of slots is cut (Knuth 6.4, algorithm R).
  private void unlink(int place) {
    int gap = slot(numbers[place]);
    while (index[gap] != place + 1) {
      gap = gap + 1 & index.length - 1;
    }
    int mask = index.length - 1;
    for (int i = gap + 1 & mask; index[i] != 0; i = i + 1 & mask) {
      int home = slot(numbers[index[i] - 1]);
      if ((i - home & mask) >= (i - gap & mask)) {
        index[gap] = index[i];
        gap = i;
      }
    }
    index[gap] = 0;
  }
}

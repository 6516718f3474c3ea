// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * What loops have seen sources do, on its way to the home loop: bounded, without locks, and without
 * allocating. Each place has a number that says whose turn it is. Shared: see docs/ownership.md.
 */
final class OffenceQueue {
  private final int mask;
  private final AtomicLongArray turns;
  private final @Nullable InetAddress[] addresses;
  private final int[] kinds;
  private final AtomicLong tail = new AtomicLong();
  private long head;
  private int kind;

  /**
   * @param places a power of two
   */
  OffenceQueue(int places) {
    mask = places - 1;
    turns = new AtomicLongArray(places);
    addresses = new @Nullable InetAddress[places];
    kinds = new int[places];
    for (int i = 0; i < places; i++) {
      turns.set(i, i);
    }
  }

  /**
   * Puts one in. Any loop.
   *
   * @return false when there is no room
   */
  boolean offer(InetAddress address, int kind) {
    while (true) {
      long at = tail.get();
      int place = (int) at & mask;
      long turn = turns.getAcquire(place);
      if (turn < at) {
        return false;
      }
      if (turn == at && tail.compareAndSet(at, at + 1)) {
        addresses[place] = address;
        kinds[place] = kind;
        turns.setRelease(place, at + 1);
        return true;
      }
    }
  }

  /** The source of the next; null for none. {@link #kind} then says what it did. Home loop. */
  @Nullable InetAddress poll() {
    int place = (int) head & mask;
    if (turns.getAcquire(place) != head + 1) {
      return null;
    }
    InetAddress address = addresses[place];
    kind = kinds[place];
    addresses[place] = null;
    turns.setRelease(place, head + mask + 1);
    head++;
    return address;
  }

  int kind() {
    return kind;
  }
}

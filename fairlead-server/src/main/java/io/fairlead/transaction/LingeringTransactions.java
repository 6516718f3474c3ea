// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Transactions that have done their work and only wait to absorb what comes late, all for the same
 * time (RFC 3261 timers D, I, J, K, RFC 6026 L and M): a queue in the order of their ends. At 1000
 * calls/s some 100000 linger; a queue ends them in one sequential read and a few wake-ups per
 * second, where a timer each would be a walk through cold memory and a wake-up per tick.
 *
 * <p>Who lingers ends at its time or up to {@link #LATE_NS} later, never earlier.
 *
 * <p>Owned by one loop.
 */
final class LingeringTransactions extends Timer {
  /** Who lingers. */
  interface Guest {
    /** The time is over. Nothing happens to one that has ended otherwise. */
    void leave();
  }

  private static final long LATE_NS = 100_000_000;
  private static final int SMALLEST = 64;

  private final Loop loop;
  private final long lengthNs;
  private @Nullable Guest[] guests = new Guest[SMALLEST];
  private long[] ends = new long[SMALLEST];
  private int head;
  private int size;

  LingeringTransactions(Loop loop, long lengthNs) {
    this.loop = loop;
    this.lengthNs = lengthNs;
  }

  void add(Guest guest) {
    if (size == guests.length) {
      resize(size * 2);
    }
    int tail = (head + size) & (guests.length - 1);
    guests[tail] = guest;
    ends[tail] = loop.nowNs() + lengthNs;
    size++;
    if (!armed()) {
      loop.timers().schedule(this, lengthNs);
    }
  }

  @Override
  protected void onTimer() {
    long nowNs = loop.nowNs();
    while (size > 0 && ends[head] - nowNs <= 0) {
      Guest guest = guests[head];
      guests[head] = null;
      head = (head + 1) & (guests.length - 1);
      size--;
      if (guest != null) {
        guest.leave();
      }
    }
    if (size > 0) {
      loop.timers().schedule(this, Math.max(ends[head] - nowNs, LATE_NS));
    }
    if (guests.length > SMALLEST && size < guests.length / 8) {
      resize(guests.length / 2);
    }
  }

  /** When one that left threw, it has left; the others go on. */
  @Override
  protected boolean repeats() {
    return true;
  }

  private void resize(int room) {
    int first = Math.min(size, guests.length - head);
    Guest[] newGuests = Arrays.copyOfRange(guests, head, head + room);
    long[] newEnds = Arrays.copyOfRange(ends, head, head + room);
    Arrays.fill(newGuests, first, room, null);
    System.arraycopy(guests, 0, newGuests, first, size - first);
    System.arraycopy(ends, 0, newEnds, first, size - first);
    guests = newGuests;
    ends = newEnds;
    head = 0;
  }
}

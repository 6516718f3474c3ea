// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.blame;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Destinations that one backend has failed, and nobody else was asked about, since it served
 * anything. One that fails there again may work elsewhere. Two that fall into one place push each
 * other out. Shared: see docs/ownership.md.
 */
public final class UnconfirmedFailures {
  private static final int PLACES = 32;
  private static final long FREE = 0;

  // One that another backend has served since is written as its complement.
  private final AtomicLongArray places = new AtomicLongArray(PLACES);
  private volatile boolean any;

  private static int place(long destination) {
    return Long.hashCode(destination) & (PLACES - 1);
  }

  /** It failed this one, and nobody else was asked. */
  public void add(long destination) {
    places.set(place(destination), destination);
    any = true;
  }

  /** The others fail this one too. */
  public void remove(long destination) {
    int place = place(destination);
    places.compareAndSet(place, destination, FREE);
    places.compareAndSet(place, ~destination, FREE);
  }

  /**
   * Another backend does better with this one.
   *
   * @return true the first time: then also the failure before was no fault of the destination
   */
  public boolean confirm(long destination) {
    return any
        && destination != FREE
        && places.compareAndSet(place(destination), destination, ~destination);
  }

  /** It has served something. */
  public void clear() {
    if (any) {
      any = false;
      for (int i = 0; i < PLACES; i++) {
        places.set(i, FREE);
      }
    }
  }

  /** True when it has failed this one before. */
  public boolean has(long destination) {
    if (destination == FREE || !any) {
      return false;
    }
    long there = places.get(place(destination));
    return there == destination || there == ~destination;
  }
}

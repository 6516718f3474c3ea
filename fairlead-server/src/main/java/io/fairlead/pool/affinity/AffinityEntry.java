// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.affinity;

import io.fairlead.pool.Backend;
import io.fairlead.pool.RoomDirectory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A key and the backend where its calls are. The backend never changes: a key that moves gets
 * another residence, and calls that still hold the old one no longer count.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class AffinityEntry {
  private static final int GONE = -1;

  private final String key;
  private final Backend backend;
  private final RoomDirectory.@Nullable Room passed;
  // Calls that hold it, in set-up and answered; GONE for one that is in the table no more.
  private final AtomicInteger live = new AtomicInteger(1);
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicLong idleSinceNs = new AtomicLong();
  private volatile boolean doubted;
  private volatile boolean queued;

  AffinityEntry(String key, Backend backend, RoomDirectory.@Nullable Room passed) {
    this.key = key;
    this.backend = backend;
    this.passed = passed;
  }

  /** The key. */
  public String key() {
    return key;
  }

  /** Where it lives. */
  public Backend backend() {
    return backend;
  }

  /**
   * True when this is what the backends told of a room that had died when the key came here: it is
   * old news, also where a new word would say the same.
   */
  public boolean hasPassed(RoomDirectory.Room told) {
    return told.isStill(passed);
  }

  /** Calls of this node that hold it, those in set-up included; none when it is gone. */
  public int live() {
    return Math.max(0, live.get());
  }

  /** How many of them are answered. */
  public int answered() {
    return answered.get();
  }

  /** A call found the backend silent while none was answered there yet. */
  public void doubt() {
    doubted = true;
  }

  /** True when {@link #doubt} was said and no call was answered since. */
  public boolean doubted() {
    return doubted;
  }

  // ---- for the table ----

  /** One call more. Gives how many held it before, or less than 0 when it is gone. */
  int join() {
    for (int now = live.get(); now != GONE; now = live.get()) {
      if (live.compareAndSet(now, now + 1)) {
        return now;
      }
    }
    return GONE;
  }

  void onAnswered() {
    answered.incrementAndGet();
    doubted = false;
  }

  /** One call less; true when it was the last. */
  boolean leave(boolean wasAnswered, long nowNs) {
    if (wasAnswered) {
      answered.decrementAndGet();
    }
    // Before the last one leaves: who sees nobody must not take the idle time of long ago.
    idleSinceNs.set(nowNs);
    for (int now = live.get(); now != GONE; now = live.get()) {
      if (live.compareAndSet(now, now - 1)) {
        return now == 1;
      }
    }
    return false;
  }

  /** It is taken out of the table; true when calls held it. */
  boolean close() {
    return live.getAndSet(GONE) > 0;
  }

  /** Takes it out of use if nobody holds it; true when that was so. */
  boolean closeIdle() {
    return live.compareAndSet(0, GONE);
  }

  boolean idle() {
    return live.get() == 0;
  }

  boolean idle(long nowNs, long lingerNs) {
    return idle() && nowNs - idleSinceNs.get() >= lingerNs;
  }

  boolean queued() {
    return queued;
  }

  void queued(boolean is) {
    queued = is;
  }

  @Override
  public String toString() {
    return key + " on " + backend;
  }
}

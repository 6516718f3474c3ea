// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo.tone;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread of all phones: each 20 ms every one listens and says its next piece. Its methods may
 * be called from any thread; all else is its own.
 */
public final class ToneLoop implements AutoCloseable {
  private static final long TICK_NS = 20_000_000;
  private static final long TOO_LATE_NS = 10 * TICK_NS;

  private final List<TonePhone> phones = new ArrayList<>();
  private final List<ToneStranger> strangers = new ArrayList<>();
  private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean closed;

  /** Starts it. */
  public ToneLoop() {
    thread = Thread.ofPlatform().name("fl-demo-tones").daemon().start(this::run);
  }

  /** Adds a phone. */
  public void add(TonePhone phone) {
    commands.add(() -> phones.add(phone));
  }

  /** Ends a phone. */
  public void remove(TonePhone phone) {
    commands.add(() -> {
      phones.remove(phone);
      phone.close();
    });
  }

  /** Adds a stranger. */
  public void add(ToneStranger stranger) {
    commands.add(() -> strangers.add(stranger));
  }

  /** Ends a stranger. */
  public void remove(ToneStranger stranger) {
    commands.add(() -> {
      strangers.remove(stranger);
      stranger.close();
    });
  }

  /** Ends it and all its phones. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join(2000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    long dueNs = System.nanoTime();
    while (!closed) {
      for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
        command.run();
      }
      phones.forEach(TonePhone::tick);
      strangers.forEach(ToneStranger::tick);
      dueNs += TICK_NS;
      long now = System.nanoTime();
      if (now - dueNs > TOO_LATE_NS) {
        // A machine that was asleep: what was not said is not said late in one go.
        dueNs = now;
      }
      LockSupport.parkNanos(dueNs - now);
    }
    phones.forEach(TonePhone::close);
    strangers.forEach(ToneStranger::close);
  }
}

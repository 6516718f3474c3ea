// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo.attack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Somebody who sends what nobody wants, until it is closed. What the system or Fairlead closes is
 * opened again. Its counts may be read by any thread; all else is its own thread's.
 */
public abstract class Attacker implements AutoCloseable {
  private static final long AGAIN_MS = 400;

  private final String name;
  private final InetAddress address;
  private final InetSocketAddress target;
  private final Thread thread;
  private volatile boolean closed;
  private volatile long sent;
  private volatile long answered;

  /**
   * @param name who it is, in words
   * @param address where it sends from
   * @param target whom it attacks
   */
  Attacker(String name, InetAddress address, InetSocketAddress target) {
    this.name = name;
    this.address = address;
    this.target = target;
    this.thread = Thread.ofVirtual().name("fl-demo-attacker").unstarted(this::run);
  }

  /** Begins. */
  public final void start() {
    thread.start();
  }

  /** Who it is, in words. */
  public final String name() {
    return name;
  }

  /** Where it sends from. */
  public final InetAddress address() {
    return address;
  }

  /** Requests it sent. */
  public final long sent() {
    return sent;
  }

  /** Requests of these that were answered. */
  public final long answered() {
    return answered;
  }

  /** Ends it. */
  @Override
  public final void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  final InetSocketAddress target() {
    return target;
  }

  final boolean isClosed() {
    return closed;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  final void countSent() {
    sent++;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  final void countAnswered() {
    answered++;
  }

  /** Attacks until it is closed or the line is. */
  abstract void attack() throws IOException, InterruptedException;

  private void run() {
    try {
      while (!closed) {
        try {
          attack();
        } catch (IOException e) {
          // Not answered or closed: an attacker comes back.
        }
        Thread.sleep(AGAIN_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

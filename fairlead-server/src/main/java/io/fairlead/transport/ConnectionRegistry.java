// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of all listeners by number. Numbers begin with the time of the start, so
 * that none is given again by a later process: one that is kept with a binding means this
 * connection or none.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class ConnectionRegistry {
  // A million connections in each millisecond would have to be opened before numbers of a later
  // start are reached; the sum stays positive until the year 2248.
  private static final int COUNTER_BITS = 20;

  private final AtomicLong last;
  private final Map<Long, Flow> open = new ConcurrentHashMap<>();

  /**
   * @param startedMs when this process began, epoch milliseconds
   */
  ConnectionRegistry(long startedMs) {
    last = new AtomicLong(startedMs << COUNTER_BITS);
  }

  /** Gives an open connection its number. */
  long enter(Flow connection) {
    long number = last.incrementAndGet();
    open.put(number, connection);
    return number;
  }

  /** Forgets a connection that has ended. */
  void leave(long number) {
    open.remove(number);
  }

  /** The open connection with that number. */
  @Nullable Flow get(long number) {
    return open.get(number);
  }
}

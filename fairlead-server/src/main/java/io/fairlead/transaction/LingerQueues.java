// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;

/**
 * The transactions that only absorb what comes late, by how long they do: a queue for each length,
 * and no timer of their own.
 *
 * <p>Owned by one loop.
 */
final class LingerQueues {
  private final Loop loop;
  private final LingeringTransactions whole;
  private final LingeringTransactions d;
  private final LingeringTransactions t4;

  LingerQueues(Loop loop, TimerLengths lengths) {
    this.loop = loop;
    this.whole = new LingeringTransactions(loop, lengths.whole());
    this.d = new LingeringTransactions(loop, lengths.d());
    this.t4 = new LingeringTransactions(loop, lengths.t4());
  }

  /** It ends in 64 times T1: timers J, L and M (RFC 3261, RFC 6026). */
  <T extends Timer & LingeringTransactions.Guest> void whole(T transaction) {
    enter(transaction, whole);
  }

  /** It ends with timer D. */
  <T extends Timer & LingeringTransactions.Guest> void d(T transaction) {
    enter(transaction, d);
  }

  /** It ends in T4: timers I and K. */
  <T extends Timer & LingeringTransactions.Guest> void t4(T transaction) {
    enter(transaction, t4);
  }

  private <T extends Timer & LingeringTransactions.Guest> void enter(
      T transaction, LingeringTransactions queue) {
    loop.timers().cancel(transaction);
    queue.add(transaction);
  }
}

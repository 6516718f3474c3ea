// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How each user of a farm stands, by number. The pacer and the user's socket write, the reporter
 * reads; each entry stands for itself, so no order between entries is needed. Shared by the threads
 * of one farm.
 */
final class FarmUsers {
  static final int SILENT = 0;
  static final int AWAITING = 1;
  static final int REGISTERED = 2;
  static final int RENEWING = 3;
  static final int REFUSED = 4;

  private final AtomicIntegerArray state;
  private final AtomicIntegerArray turn;
  private final AtomicIntegerArray sentMs;
  private final AtomicIntegerArray heardMs;
  private final AtomicIntegerArray pings;

  FarmUsers(int count) {
    state = new AtomicIntegerArray(count);
    turn = new AtomicIntegerArray(count);
    sentMs = new AtomicIntegerArray(count);
    heardMs = new AtomicIntegerArray(count);
    pings = new AtomicIntegerArray(count);
  }

  int count() {
    return state.length();
  }

  int state(int user) {
    return state.getOpaque(user);
  }

  /** A REGISTER is about to be sent; the number that its CSeq is made of. */
  int sending(int user, int nowMs) {
    int before = state.getOpaque(user);
    boolean bound = before == REGISTERED || before == RENEWING;
    state.setOpaque(user, bound ? RENEWING : AWAITING);
    sentMs.setOpaque(user, nowMs);
    int next = turn.getOpaque(user) + 1;
    turn.setOpaque(user, next);
    return next;
  }

  /** A 200 came; true when it is news. */
  boolean registered(int user, int nowMs) {
    int before = state.getOpaque(user);
    state.setOpaque(user, REGISTERED);
    if (before == AWAITING) {
      heardMs.setOpaque(user, nowMs);
    }
    return before == AWAITING || before == RENEWING;
  }

  boolean isRenewing(int user) {
    return state.getOpaque(user) == RENEWING;
  }

  void refused(int user) {
    state.setOpaque(user, REFUSED);
  }

  void pinged(int user, int nowMs) {
    heardMs.setOpaque(user, nowMs);
    pings.setOpaque(user, pings.getOpaque(user) + 1);
  }

  /** True when a REGISTER was sent before that time and is not answered. */
  boolean isOverdue(int user, int beforeMs) {
    int now = state.getOpaque(user);
    return (now == AWAITING || now == RENEWING) && sentMs.getOpaque(user) < beforeMs;
  }

  /** How many stand so. */
  int in(int wanted) {
    int found = 0;
    for (int user = 0; user < count(); user++) {
      if (state.getOpaque(user) == wanted) {
        found++;
      }
    }
    return found;
  }

  /** Registered users that heard nothing since that time. */
  int quietSince(int timeMs) {
    int found = 0;
    for (int user = 0; user < count(); user++) {
      if (state.getOpaque(user) == REGISTERED && heardMs.getOpaque(user) < timeMs) {
        found++;
      }
    }
    return found;
  }

  /** Registered users that were never sent an OPTIONS. */
  int neverPinged() {
    int found = 0;
    for (int user = 0; user < count(); user++) {
      if (state.getOpaque(user) == REGISTERED && pings.getOpaque(user) == 0) {
        found++;
      }
    }
    return found;
  }
}

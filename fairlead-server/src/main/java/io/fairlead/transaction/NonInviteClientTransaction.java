// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.sip.Method;
import io.fairlead.sip.SipResponse;
import io.fairlead.transport.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The client side of any other request (RFC 3261 §17.1.2).
 *
 * <pre>
 *                 request
 *                    |
 *              +----------+  E: send again
 *              |  TRYING  |  F, transport error: tell, end
 *              +----------+
 *          1xx: tell |  \
 *            +------------+ \ 200-699: tell
 *  1xx: tell | PROCEEDING |  |  E, F, transport error likewise
 *            +------------+  |
 *      200-699: tell |      /
 *              +-----------+
 *              | COMPLETED |  response: absorb
 *              +-----------+
 *                    | K
 *              +------------+
 *              | TERMINATED |
 *              +------------+
 * </pre>
 *
 * <p>Timers over UDP: E from T1 doubling to T2, in PROCEEDING T2; F 64 times T1; K T4. Over streams
 * no E, and K is zero.
 *
 * <p>Owned by one loop.
 */
public final class NonInviteClientTransaction extends ClientTransaction {
  /** RFC 3261 figure 6. */
  public enum State {
    TRYING,
    PROCEEDING,
    COMPLETED,
    TERMINATED
  }

  private final Method method;
  private State state = State.TRYING;

  NonInviteClientTransaction(
      TransactionTable table,
      long branch,
      Flow flow,
      @Nullable ResponseListener listener,
      Method method) {
    super(table, branch, flow, listener);
    this.method = method;
  }

  /** Where the machine is. */
  public State state() {
    return state;
  }

  @Override
  Method method() {
    return method;
  }

  @Override
  public boolean waiting() {
    return switch (state) {
      case TRYING, PROCEEDING -> true;
      case COMPLETED, TERMINATED -> false;
    };
  }

  /** Sets timer F to end so long after now instead of 64 times T1 after the start. */
  public void timeout(long delayNs) {
    if (waiting()) {
      deadlineNs = table.nowNs() + delayNs;
      schedule();
    }
  }

  @Override
  void onResponse(SipResponse response) {
    ResponseListener told = waiting() ? listener : null;
    boolean provisional = response.isProvisional();
    become(
        switch (state) {
          case TRYING, PROCEEDING ->
              provisional ? State.PROCEEDING : reliable() ? State.TERMINATED : State.COMPLETED;
          case COMPLETED -> {
            table.meters().responsesAbsorbed().add();
            yield state;
          }
          case TERMINATED -> state;
        });
    tellResponse(told, response);
  }

  @Override
  protected void onTimer() {
    ResponseListener told = waiting() ? listener : null;
    boolean unanswered = waiting();
    become(
        switch (state) {
          case TRYING -> {
            interval = table.lengths().afterwards(interval);
            yield again();
          }
          case PROCEEDING -> {
            interval = table.lengths().t2();
            yield again();
          }
          case COMPLETED, TERMINATED -> State.TERMINATED;
        });
    if (unanswered && state == State.TERMINATED) {
      table.meters().timerF().add();
      tellTimeout(told);
    }
  }

  private State again() {
    if (overdue()) {
      return State.TERMINATED;
    }
    resend();
    schedule();
    return state;
  }

  @Override
  void onTransportError(String why) {
    ResponseListener told = waiting() ? listener : null;
    become(
        switch (state) {
          case TRYING, PROCEEDING -> State.TERMINATED;
          case COMPLETED, TERMINATED -> state;
        });
    tellTransportError(told, why);
  }

  @Override
  public void terminate() {
    become(State.TERMINATED);
  }

  private void become(State next) {
    if (next == state) {
      return;
    }
    state = next;
    boolean entered = false;
    try {
      enter(next);
      entered = true;
    } finally {
      if (!entered) {
        state = State.TERMINATED;
        table.remove(this);
      }
    }
  }

  private void enter(State next) {
    switch (next) {
      case TRYING, PROCEEDING -> {}
      case COMPLETED -> {
        table.lingering().t4(this);
        sent = null;
        listener = null;
      }
      case TERMINATED -> {
        table.remove(this);
        sent = null;
        listener = null;
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.sip.Method;
import io.fairlead.sip.SipResponse;
import io.fairlead.transport.Flow;

/**
 * The client side of an INVITE (RFC 3261 §17.1.1, RFC 6026 §7.2).
 *
 * <pre>
 *                   INVITE
 *                     |
 *               +-----------+  A: send again
 *               |  CALLING  |  B: tell, GIVEN_UP; transport error: tell, end
 *          1xx: tell  |   \
 *               +------------+ \  2xx, 300-699 likewise
 *     1xx: tell | PROCEEDING |  |  64 T1 behind CANCEL: tell, end
 *               +------------+  |
 *      300-699 |    | 2xx       |
 *    ACK, tell |    | tell      |
 *   +-----------+  +----------+
 *   | COMPLETED |  | ACCEPTED |  2xx: tell
 *   +-----------+  +----------+
 *      |  300-699:   | M
 *    D |  ACK again  |
 *     +-------------+
 *     | TERMINATED  |
 *     +-------------+
 * </pre>
 *
 * <p>Timers over UDP: A from T1 doubling, B and M 64 times T1, D at least 32 s. Over streams no A,
 * and D is zero.
 *
 * <p>Beyond RFC 3261: who is silent until timer B may be frozen, and work through its socket when
 * it wakes. It would ring and answer for nobody; so for 64 times T1 more, GIVEN_UP, a provisional
 * response is answered with CANCEL, a failure with ACK, and the listener hears of a 2xx.
 *
 * <p>Owned by one loop.
 */
public final class InviteClientTransaction extends ClientTransaction {
  /** RFC 6026 figure 8. */
  public enum State {
    CALLING,
    /** Timer B has passed; what still comes is ended. */
    GIVEN_UP,
    PROCEEDING,
    COMPLETED,
    ACCEPTED,
    TERMINATED
  }

  private enum Cancel {
    NONE,
    WANTED,
    SENT
  }

  private State state = State.CALLING;
  private Cancel cancel = Cancel.NONE;
  private String cancelHeaders = "";
  private boolean late;

  InviteClientTransaction(
      TransactionTable table, long branch, Flow flow, ResponseListener listener) {
    super(table, branch, flow, listener);
  }

  /** Where the machine is. */
  public State state() {
    return state;
  }

  @Override
  Method method() {
    return Method.INVITE;
  }

  @Override
  public boolean waiting() {
    return switch (state) {
      case CALLING, PROCEEDING -> !late;
      case GIVEN_UP, COMPLETED, ACCEPTED, TERMINATED -> false;
    };
  }

  /** Who is told of what comes from now on. */
  public void listener(ResponseListener next) {
    if (state != State.TERMINATED) {
      listener = next;
    }
  }

  /** As {@link #cancel(String)} without further headers. */
  public void cancel() {
    cancel("");
  }

  /**
   * Asks the peer to end the INVITE (RFC 3261 §9.1). Before the first provisional response the
   * CANCEL waits for it. The final response, mostly 487, still comes to the listener; when it does
   * not in 64 times T1, the timeout.
   *
   * @param headers more header lines for the CANCEL, each with CR LF, or empty; while it waits, the
   *     latest that are not empty count
   */
  public void cancel(String headers) {
    if (cancel == Cancel.SENT) {
      return;
    }
    switch (state) {
      case CALLING, GIVEN_UP -> {
        cancel = Cancel.WANTED;
        cancelHeaders = headers.isEmpty() ? cancelHeaders : headers;
      }
      case PROCEEDING -> sendCancel(headers);
      case COMPLETED, ACCEPTED, TERMINATED -> {}
    }
  }

  private void sendCancel(String headers) {
    byte[] invite = sent;
    if (invite == null) {
      return;
    }
    // From here on it ends by itself.
    deadlineNs = table.nowNs() + table.lengths().whole();
    table.timers().schedule(this, table.lengths().whole());
    cancel = Cancel.SENT;
    cancelHeaders = "";
    table.startCancel(this, invite, headers);
  }

  @Override
  void onResponse(SipResponse response) {
    if (response.isProvisional()) {
      onProvisional(response);
    } else if (response.isSuccess()) {
      onSuccess(response);
    } else {
      onFailure(response);
    }
  }

  private void onProvisional(SipResponse response) {
    ResponseListener told = waiting() ? listener : null;
    become(
        switch (state) {
          case CALLING, GIVEN_UP, PROCEEDING -> State.PROCEEDING;
          case COMPLETED, ACCEPTED, TERMINATED -> state;
        });
    tellResponse(told, response);
  }

  private void onSuccess(SipResponse response) {
    ResponseListener told = listener;
    become(
        switch (state) {
          case CALLING, GIVEN_UP, PROCEEDING, ACCEPTED -> State.ACCEPTED;
          case COMPLETED, TERMINATED -> state;
        });
    tellResponse(told, response);
  }

  private void onFailure(SipResponse response) {
    ResponseListener told = waiting() ? listener : null;
    become(
        switch (state) {
          case CALLING, GIVEN_UP, PROCEEDING -> {
            acknowledge(response);
            yield reliable() ? State.TERMINATED : State.COMPLETED;
          }
          case COMPLETED -> {
            table.meters().responsesAbsorbed().add();
            resend();
            yield state;
          }
          case ACCEPTED, TERMINATED -> state;
        });
    tellResponse(told, response);
  }

  // From here on the ACK is what may have to be sent again.
  private void acknowledge(SipResponse response) {
    byte[] invite = sent;
    byte[] ack = invite == null ? null : table.hopRequests().ack(invite, response);
    sent = ack;
    if (ack != null) {
      table.send(flow(), ack, 0, ack.length);
    }
  }

  @Override
  protected void onTimer() {
    ResponseListener told = waiting() ? listener : null;
    become(
        switch (state) {
          case CALLING -> {
            if (overdue()) {
              yield State.GIVEN_UP;
            }
            resend();
            interval *= 2;
            schedule();
            yield state;
          }
          case GIVEN_UP, PROCEEDING, COMPLETED, ACCEPTED, TERMINATED -> State.TERMINATED;
        });
    if (told != null && (state == State.GIVEN_UP || state == State.TERMINATED)) {
      table.meters().timerB().add();
      tellTimeout(told);
    }
  }

  @Override
  void onTransportError(String why) {
    ResponseListener told = waiting() ? listener : null;
    become(
        switch (state) {
          case CALLING, GIVEN_UP, PROCEEDING, COMPLETED -> State.TERMINATED;
          case ACCEPTED, TERMINATED -> state;
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
      case CALLING -> {}
      case GIVEN_UP -> {
        late = true;
        cancel = Cancel.WANTED;
        table.timers().schedule(this, table.lengths().whole());
      }
      case PROCEEDING -> {
        table.timers().cancel(this);
        if (cancel == Cancel.WANTED) {
          sendCancel(cancelHeaders);
        }
      }
      case COMPLETED -> {
        table.lingering().d(this);
        listener = null;
      }
      case ACCEPTED -> {
        sent = null;
        table.settled(this);
        table.lingering().whole(this);
      }
      case TERMINATED -> {
        table.remove(this);
        sent = null;
        listener = null;
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import java.util.Arrays;

/**
 * The server side of any other request (RFC 3261 §17.2.2, RFC 4320).
 *
 * <pre>
 *                 request
 *                    |
 *              +----------+
 *              |  TRYING  |  request: absorb
 *              +----------+
 *      time for 100  |   \
 *              send  |    \ 200-699: send
 *            +------------+ \
 *   request: | PROCEEDING |  |   64 T1 without final response: tell, end
 *   100 again+------------+  |
 *         200-699: send |    |
 *              +-----------+/
 *              | COMPLETED |  request: final response again
 *              +-----------+
 *                    | J
 *              +------------+
 *              | TERMINATED |
 *              +------------+
 * </pre>
 *
 * <p>RFC 4320 §4.1: 100 is the only provisional response, and it is sent when the client's timer E
 * has grown to T2, 3.5 s; the machine does that itself. §4.2: 408 is never sent, for it comes too
 * late by its nature; the machine then stays to absorb. Timer J is 64 times T1, over streams zero.
 *
 * <p>Owned by one loop.
 */
public final class NonInviteServerTransaction extends ServerTransaction {
  private static final int REQUEST_TIMEOUT = 408;

  /** RFC 3261 figure 8. */
  public enum State {
    TRYING,
    PROCEEDING,
    COMPLETED,
    TERMINATED
  }

  private State state = State.TRYING;

  NonInviteServerTransaction(TransactionTable table, Flow flow, SipRequest request) {
    super(table, flow, request);
    table.timers().schedule(this, table.lengths().trying());
  }

  /** Where the machine is. */
  public State state() {
    return state;
  }

  @Override
  public boolean answered() {
    return switch (state) {
      case TRYING, PROCEEDING -> false;
      case COMPLETED, TERMINATED -> true;
    };
  }

  @Override
  public boolean takesSuccess() {
    return !answered();
  }

  @Override
  void onRetransmission() {
    table.meters().requestsAbsorbed().add();
    switch (state) {
      case PROCEEDING -> table.responses().trying(this);
      case COMPLETED -> resend();
      case TRYING, TERMINATED -> {}
    }
  }

  @Override
  public void trying() {}

  @Override
  void give(byte[] bytes, int from, int to, int status) {
    if (status < 200) {
      return;
    }
    become(
        switch (state) {
          case TRYING, PROCEEDING -> {
            boolean reliable = flow().transport().reliable();
            if (status != REQUEST_TIMEOUT) {
              send(bytes, from, to);
              last = reliable ? null : Arrays.copyOfRange(bytes, from, to);
            }
            yield reliable ? State.TERMINATED : State.COMPLETED;
          }
          case COMPLETED, TERMINATED -> state;
        });
  }

  @Override
  protected void onTimer() {
    boolean unanswered = state == State.PROCEEDING;
    become(
        switch (state) {
          case TRYING -> {
            table.responses().trying(this);
            yield State.PROCEEDING;
          }
          case PROCEEDING, COMPLETED, TERMINATED -> State.TERMINATED;
        });
    if (unanswered) {
      tellTimeout();
    }
  }

  @Override
  void onTransportError(String why) {
    switch (state) {
      case TRYING, PROCEEDING -> tellTransportError(why);
      case COMPLETED, TERMINATED -> {}
    }
  }

  @Override
  void terminate() {
    become(State.TERMINATED);
  }

  // Answered it has no timer of its own.
  @Override
  void lost() {}

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
    TimerLengths lengths = table.lengths();
    switch (next) {
      case TRYING -> {}
      case PROCEEDING -> table.timers().schedule(this, lengths.whole() - lengths.trying());
      case COMPLETED -> {
        request = null;
        listener = null;
        table.lingering().whole(this);
      }
      case TERMINATED -> {
        request = null;
        last = null;
        table.remove(this);
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.loop.StepFailureHandler;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The server side of an INVITE (RFC 3261 §17.2.1, RFC 6026 §7.1).
 *
 * <pre>
 *                    INVITE
 *                      |
 *                +------------+  INVITE: last provisional again
 *                | PROCEEDING |  1xx: send
 *                +------------+  CANCEL: tell
 *          300-699 |        | 2xx
 *             send |        | send
 *     +-----------+          +----------+
 *     | COMPLETED |          | ACCEPTED |  INVITE: absorb
 *     +-----------+          +----------+  2xx: send   ACK: tell
 *       |  G, INVITE: again       |
 *       |  H: tell, end           | L
 *   ACK |                         |
 *     +-----------+    I     +------------+
 *     | CONFIRMED |--------->| TERMINATED |
 *     +-----------+          +------------+
 * </pre>
 *
 * <p>Timers over UDP: G from T1 doubling to T2, H and L 64 times T1, I T4. Over streams no G, and I
 * is zero.
 *
 * <p>Owned by one loop.
 */
public final class InviteServerTransaction extends ServerTransaction {
  /** RFC 6026 figure 7. */
  public enum State {
    PROCEEDING,
    COMPLETED,
    CONFIRMED,
    ACCEPTED,
    TERMINATED
  }

  private State state = State.PROCEEDING;
  private boolean tried;
  private long interval;
  private long deadlineNs;

  InviteServerTransaction(TransactionTable table, Flow flow, SipRequest request) {
    super(table, flow, request);
  }

  /** Where the machine is. */
  public State state() {
    return state;
  }

  @Override
  public boolean answered() {
    return state != State.PROCEEDING;
  }

  @Override
  public boolean takesSuccess() {
    return switch (state) {
      case PROCEEDING, ACCEPTED -> true;
      case COMPLETED, CONFIRMED, TERMINATED -> false;
    };
  }

  @Override
  void onRetransmission() {
    table.meters().requestsAbsorbed().add();
    switch (state) {
      case PROCEEDING -> {
        if (last == null && tried) {
          table.responses().trying(this);
        }
        resend();
      }
      case COMPLETED -> resend();
      case CONFIRMED, ACCEPTED, TERMINATED -> {}
    }
  }

  @Override
  public void trying() {
    if (state == State.PROCEEDING && !tried && last == null) {
      tried = true;
      table.responses().trying(this);
    }
  }

  @Override
  void give(byte[] bytes, int from, int to, int status) {
    become(
        switch (state) {
          case PROCEEDING -> {
            send(bytes, from, to);
            last = status < 200 || status >= 300 ? stored(bytes, from, to) : null;
            yield status < 200 ? state : status < 300 ? State.ACCEPTED : State.COMPLETED;
          }
          case ACCEPTED -> {
            if (status >= 200 && status < 300) {
              send(bytes, from, to);
            }
            yield state;
          }
          case COMPLETED, CONFIRMED, TERMINATED -> state;
        });
  }

  // A stream loses nothing, and the peer does not ask again.
  private byte @Nullable [] stored(byte[] bytes, int from, int to) {
    return flow().transport().reliable() ? null : Arrays.copyOfRange(bytes, from, to);
  }

  /**
   * The ACK to our non-2xx; or, from a peer that does not change the branch, to a 2xx, which the
   * user must see.
   */
  void onAck(Flow by, SipRequest ack) {
    State before = state;
    become(
        switch (state) {
          case COMPLETED -> flow().transport().reliable() ? State.TERMINATED : State.CONFIRMED;
          case PROCEEDING, CONFIRMED, ACCEPTED, TERMINATED -> state;
        });
    if (before == State.ACCEPTED) {
      table.user().onAck(by, ack);
    }
  }

  void onCancel(SipRequest cancel) {
    ServerListener told = listener;
    if (state == State.PROCEEDING && told != null) {
      StepFailureHandler before = table.steps().isFor(told);
      told.onCancel(this, cancel);
      table.steps().back(before);
    }
  }

  @Override
  protected void onTimer() {
    State before = state;
    become(
        switch (state) {
          case COMPLETED -> {
            if (table.nowNs() >= deadlineNs) {
              yield State.TERMINATED;
            }
            resend();
            interval = table.lengths().afterwards(interval);
            scheduleG();
            yield state;
          }
          case PROCEEDING, CONFIRMED, ACCEPTED, TERMINATED -> State.TERMINATED;
        });
    if (before == State.COMPLETED && state == State.TERMINATED) {
      table.meters().timerH().add();
      tellTimeout();
    }
  }

  @Override
  void onTransportError(String why) {
    switch (state) {
      case PROCEEDING, COMPLETED -> tellTransportError(why);
      case CONFIRMED, ACCEPTED, TERMINATED -> {}
    }
  }

  @Override
  void terminate() {
    become(State.TERMINATED);
  }

  @Override
  void lost() {
    if (state == State.COMPLETED) {
      become(State.TERMINATED);
    }
  }

  private void scheduleG() {
    long left = deadlineNs - table.nowNs();
    table.timers().schedule(this, flow().transport().reliable() ? left : Math.min(interval, left));
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
    TimerLengths lengths = table.lengths();
    switch (next) {
      case PROCEEDING -> {}
      case COMPLETED -> {
        request = null;
        interval = lengths.t1();
        deadlineNs = table.nowNs() + lengths.whole();
        scheduleG();
      }
      case CONFIRMED -> {
        last = null;
        listener = null;
        table.lingering().t4(this);
      }
      case ACCEPTED -> {
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

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.loop.StepFailureHandler;
import io.fairlead.loop.Timer;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipResponse;
import io.fairlead.transport.Flow;
import org.jspecify.annotations.Nullable;

/**
 * One request we sent and what comes back (RFC 3261 §17.1). It is its own timer, and lets go of the
 * request and the listener as soon as its state needs them no more.
 *
 * <p>Owned by one loop.
 */
public abstract sealed class ClientTransaction extends Timer implements LingeringTransactions.Guest
    permits InviteClientTransaction, NonInviteClientTransaction {
  final TransactionTable table;
  private final long branch;
  private final Flow flow;
  @Nullable ResponseListener listener;
  byte @Nullable [] sent;
  long interval;
  long deadlineNs;
  // Whose request it is, see ServerTransactionKeys.call; 0 when that could not be read.
  int call;
  // Its responses go on to somebody: there is a Via below ours.
  boolean forwarded;
  @Nullable ClientTransaction previousOnFlow;
  @Nullable ClientTransaction nextOnFlow;

  ClientTransaction(
      TransactionTable table, long branch, Flow flow, @Nullable ResponseListener listener) {
    this.table = table;
    this.branch = branch;
    this.flow = flow;
    this.listener = listener;
  }

  /** The id in our Via's branch. */
  public final long branch() {
    return branch;
  }

  /** The flow the request went by. */
  public final Flow flow() {
    return flow;
  }

  /** True while a final response may still come: not answered, not timed out, not terminated. */
  public abstract boolean waiting();

  /** Ends it at once; nobody is told, and what still comes is stray. */
  public abstract void terminate();

  /** The method that a response must name in CSeq (RFC 3261 §17.1.3). */
  abstract Method method();

  abstract void onResponse(SipResponse response);

  abstract void onTransportError(String why);

  /** Sends the request and arms the timers. */
  final void start(byte[] bytes, int from, int to) {
    TimerLengths lengths = table.lengths();
    interval = lengths.t1();
    deadlineNs = table.nowNs() + lengths.whole();
    schedule();
    table.send(flow, bytes, from, to);
  }

  /** Arms the timer for the next retransmission or the end, whichever is nearer. */
  final void schedule() {
    long left = deadlineNs - table.nowNs();
    table.timers().schedule(this, reliable() ? left : Math.min(interval, left));
  }

  final boolean overdue() {
    return table.nowNs() >= deadlineNs;
  }

  final boolean reliable() {
    return flow.transport().reliable();
  }

  final void resend() {
    byte[] stored = sent;
    if (stored != null) {
      table.meters().requestsResent().add();
      table.send(flow, stored, 0, stored.length);
    }
  }

  final void tellResponse(@Nullable ResponseListener told, SipResponse response) {
    if (told != null) {
      StepFailureHandler before = table.steps().isFor(told);
      told.onResponse(this, response);
      table.steps().back(before);
    }
  }

  final void tellTimeout(@Nullable ResponseListener told) {
    if (told != null) {
      StepFailureHandler before = table.steps().isFor(told);
      told.onTimeout(this);
      table.steps().back(before);
    }
  }

  final void tellTransportError(@Nullable ResponseListener told, String why) {
    if (told != null) {
      StepFailureHandler before = table.steps().isFor(told);
      told.onTransportError(this, why);
      table.steps().back(before);
    }
  }

  /** A step of it threw: it ends, and so does what waited for its response. */
  @Override
  public final void onDefect() {
    ResponseListener told = listener;
    terminate();
    if (told != null) {
      told.onDefect();
    }
  }

  @Override
  public String toString() {
    return "our " + method();
  }

  @Override
  public final void leave() {
    onTimer();
  }
}

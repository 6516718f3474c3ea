// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.loop.StepFailureHandler;
import io.fairlead.loop.Timer;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipWriter;
import io.fairlead.transport.Flow;
import org.jspecify.annotations.Nullable;

/**
 * One request we received and the responses to it (RFC 3261 §17.2). It is its own timer, and holds
 * the request and the listener only until the final response is given: thousands linger.
 *
 * <p>Owned by one loop.
 */
public abstract sealed class ServerTransaction extends Timer implements LingeringTransactions.Guest
    permits InviteServerTransaction, NonInviteServerTransaction {
  private static final int SERVER_ERROR = 500;

  final TransactionTable table;
  // Where the table has it, and whose request it is; the table writes them.
  long key;
  int call;
  boolean twin;
  private final Flow flow;
  private final int port;
  private Flow reply;
  @Nullable SipRequest request;
  @Nullable ServerListener listener;
  byte @Nullable [] last;

  ServerTransaction(TransactionTable table, Flow flow, SipRequest request) {
    this.table = table;
    this.flow = flow;
    this.port = ReplyPath.port(flow, request.via());
    this.reply = table.replyPath().of(flow, request.via());
    this.request = request.keep();
  }

  /** The request, kept. May be asked for until the final response is given, not behind it. */
  public final SipRequest request() {
    SipRequest kept = request;
    if (kept == null) {
      throw new IllegalStateException("the final response was given, the request is gone");
    }
    return kept;
  }

  /** The flow the request came by. */
  public final Flow flow() {
    return flow;
  }

  /** Who is told of CANCEL, timeout and transport error from now on. */
  public final void listener(ServerListener newListener) {
    if (!answered()) {
      listener = newListener;
    }
  }

  /** True once a final response was given. */
  public abstract boolean answered();

  /**
   * Sends a response, complete from status line to body, with our Via removed and the Via below it
   * marked. What the machine's state does not allow is dropped. The bytes are copied where they may
   * be needed again.
   *
   * @param status of the response
   */
  public final void respond(byte[] bytes, int from, int to, int status) {
    SipRequest asked = request;
    SipWriter changed = asked == null ? null : table.feedback().changed(asked, bytes, from, to);
    if (changed == null) {
      give(bytes, from, to, status);
    } else {
      give(changed.bytes(), 0, changed.length(), status);
    }
  }

  /** As {@link #respond}, with the response as it is to be sent. */
  abstract void give(byte[] bytes, int from, int to, int status);

  /** True while a success can still be given to the peer. */
  public abstract boolean takesSuccess();

  /**
   * Answers 100 to an INVITE unless a response was given. Any other request gets its 100 by itself
   * when it is time.
   */
  public abstract void trying();

  /**
   * Answers by a response of our own, without body. Its To tag is the same in every response we
   * write to this request, and to its CANCEL (RFC 3261 §9.2).
   *
   * @param headers more header lines, each with CR LF, or empty
   */
  public final void reject(int status, String reason, String headers) {
    table.responses().respond(this, key, status, reason, headers);
  }

  /** Answers 500 where no final response was given: a step failed by a defect of ours. */
  public final void fail() {
    try {
      reject(SERVER_ERROR, "Server Internal Error", "");
    } finally {
      if (!answered()) {
        terminate();
      }
    }
  }

  /** Ends it at once; nobody is told, and nothing more is sent. */
  abstract void terminate();

  /** A step of it threw, or of what its listener did of it. */
  @Override
  public final void onDefect() {
    ServerListener told = listener;
    boolean done = answered();
    try {
      if (told != null) {
        told.onDefect();
      }
    } finally {
      if (!answered()) {
        fail();
      } else if (done && !armed()) {
        // It only had to send again, and has lost the timer for that.
        lost();
      }
    }
  }

  /** Its timer has fired and threw while the final response was being sent again. */
  abstract void lost();

  /** The same request came again. */
  abstract void onRetransmission();

  /** The peer could not be given a response. */
  abstract void onTransportError(String why);

  final void send(byte[] bytes, int from, int to) {
    if (!reply.open()) {
      reply = table.replyPath().atPort(flow, port);
    }
    table.send(reply, bytes, from, to);
  }

  /** Sends the stored response again. */
  final void resend() {
    byte[] stored = last;
    if (stored != null) {
      table.meters().responsesResent().add();
      send(stored, 0, stored.length);
    }
  }

  /**
   * Sends on a new connection what the request's own one could not take (RFC 3261 §18.2.2).
   *
   * @return false when there is no other way
   */
  final boolean sendElsewhere(byte[] bytes, int from, int to) {
    if (!flow.transport().reliable() || !reply.equals(flow) || flow.open()) {
      return false;
    }
    send(bytes, from, to);
    return !reply.equals(flow);
  }

  final void tellTransportError(String why) {
    ServerListener told = listener;
    if (told != null) {
      StepFailureHandler before = table.steps().isFor(told);
      told.onTransportError(this, why);
      table.steps().back(before);
    }
  }

  final void tellTimeout() {
    ServerListener told = listener;
    listener = null;
    if (told != null) {
      StepFailureHandler before = table.steps().isFor(told);
      told.onTimeout(this);
      table.steps().back(before);
    }
  }

  final void tellShutdown() {
    ServerListener told = listener;
    if (told != null && !answered()) {
      told.onShutdown(this);
    }
  }

  @Override
  public String toString() {
    SipRequest kept = request;
    return kept == null ? "a request that is answered" : kept.method() + " " + kept.callId();
  }

  @Override
  public final void leave() {
    onTimer();
  }
}

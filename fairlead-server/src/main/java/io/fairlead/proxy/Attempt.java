// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dns.Target;
import io.fairlead.pool.Backend;
import io.fairlead.pool.blame.Asking;
import io.fairlead.sip.SipResponse;
import io.fairlead.transaction.ClientTransaction;
import io.fairlead.transaction.InviteClientTransaction;
import io.fairlead.transaction.ResponseListener;
import org.jspecify.annotations.Nullable;

/**
 * One branch of a forwarded request: one backend, or one destination of a phone.
 *
 * <pre>
 *   WAITING --1xx--> PROCEEDING --final--> DONE
 *      +--try-timeout, ring-time--> ABANDONED --final--> DONE
 *      +--final, timer B or F, transport error--> DONE
 * </pre>
 *
 * <p>Owned by one loop.
 */
final class Attempt extends Asking implements ResponseListener {
  /** Where the branch stands. */
  enum State {
    /** Nothing has come back. */
    WAITING,
    /** A provisional response has come. */
    PROCEEDING,
    /** Given up; whatever still comes is cancelled, or passed on when it is a 2xx. */
    ABANDONED,
    /** A final response, a timeout or a transport error. */
    DONE
  }

  private ResponseContext context;
  private final @Nullable Destination destination;
  private State state = State.WAITING;
  private boolean lookingUp;
  private @Nullable Target met;
  private @Nullable ClientTransaction transaction;

  Attempt(
      ResponseContext context,
      @Nullable Backend backend,
      @Nullable Destination destination,
      long startedNs) {
    super(context, backend, startedNs);
    this.context = context;
    this.destination = destination;
  }

  void started(ClientTransaction client) {
    transaction = client;
  }

  /** Nothing is sent before the name it goes to has been looked up. */
  void lookUp() {
    lookingUp = true;
  }

  /** The name has been looked up. False when nothing is to be sent any more. */
  boolean found() {
    lookingUp = false;
    return state == State.WAITING;
  }

  /** Of the servers of a name it went to this one. */
  void met(Target target) {
    met = target;
  }

  /** The server of a name it went to; null for other destinations. */
  @Nullable Target met() {
    return met;
  }

  /** There is no way to it after all. */
  void unreachable(String why) {
    over();
    state = State.DONE;
    context.onTransportError(this, why);
  }

  /** From now on another context is told. */
  void tells(ResponseContext next) {
    context = next;
  }

  /** From now on someone else hears what comes back: the answer is given, nothing is left to do. */
  void handOver(ResponseListener next) {
    if (transaction instanceof InviteClientTransaction invite) {
      invite.listener(next);
    }
  }

  /** It has opened a dialog that nobody wants any more: that is ended, and what else it opens. */
  void endLate(Dismissal dismissal, SipResponse success) {
    if (transaction instanceof InviteClientTransaction invite) {
      LateSuccess late = new LateSuccess(dismissal, invite.flow());
      invite.listener(late);
      late.onResponse(invite, success);
    }
  }

  @Nullable Destination destination() {
    return destination;
  }

  State state() {
    return state;
  }

  /** True while its outcome may still decide the response. */
  boolean pending() {
    return state == State.WAITING || state == State.PROCEEDING;
  }

  /** It could not be sent after all. */
  void unsent() {
    over();
  }

  /** Asks the peer to stop; a CANCEL waits for the first provisional response (RFC 3261 §9.1). */
  void cancel() {
    if (lookingUp) {
      over();
      state = State.DONE;
    }
    // Of one that was silent to the end too: should it wake and ring, it is told why it must stop.
    if (transaction instanceof InviteClientTransaction invite) {
      invite.cancel(context.cancelReason());
    }
  }

  /** Gives up though it may have rung: only a success still counts. */
  void giveUp() {
    if (pending()) {
      state = State.ABANDONED;
      cancel();
    }
  }

  /** Gives up for silence. */
  void abandon() {
    if (state == State.WAITING) {
      state = State.ABANDONED;
      tellSilent();
      cancel();
    }
  }

  @Override
  public void onResponse(ClientTransaction client, SipResponse response) {
    if (state != State.DONE) {
      tell(response);
    }
    boolean given = state == State.ABANDONED || state == State.DONE;
    if (response.isProvisional()) {
      if (!given) {
        state = State.PROCEEDING;
        context.onProvisional(this, response);
      }
      return;
    }
    state = State.DONE;
    if (response.isSuccess()) {
      context.onSuccess(this, response);
    } else if (!given) {
      context.onFailure(this, response);
    }
  }

  @Override
  public void onDefect() {
    context.onDefect();
  }

  @Override
  public void onTimeout(ClientTransaction client) {
    if (state == State.WAITING) {
      tellSilent();
    }
    boolean given = state == State.ABANDONED || state == State.DONE;
    state = State.DONE;
    if (!given) {
      context.onTimeout(this);
    }
  }

  @Override
  public void onTransportError(ClientTransaction client, String why) {
    if (state != State.DONE) {
      tellUnreachable(why);
    }
    boolean given = state == State.ABANDONED || state == State.DONE;
    state = State.DONE;
    if (!given) {
      context.onTransportError(this, why);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dns.Target;
import io.fairlead.pool.Backend;
import io.fairlead.sip.HeaderName;
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
final class Attempt implements ResponseListener {
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

  private final ResponseContext context;
  private final @Nullable Backend backend;
  private final @Nullable Destination destination;
  private final long startedNs;
  private State state = State.WAITING;
  private boolean heard;
  private boolean lookingUp;
  private @Nullable Target met;
  private @Nullable ClientTransaction transaction;

  Attempt(
      ResponseContext context,
      @Nullable Backend backend,
      @Nullable Destination destination,
      long startedNs) {
    this.context = context;
    this.backend = backend;
    this.destination = destination;
    this.startedNs = startedNs;
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
    state = State.DONE;
    context.onTransportError(this, why);
  }

  /** From now on someone else hears what comes back: the answer is given, nothing is left to do. */
  void handOver(ResponseListener next) {
    if (transaction instanceof InviteClientTransaction invite) {
      invite.listener(next);
    }
  }

  @Nullable Backend backend() {
    return backend;
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

  /** Asks the peer to stop; a CANCEL waits for the first provisional response (RFC 3261 §9.1). */
  void cancel() {
    if (lookingUp) {
      state = State.DONE;
    }
    if (state != State.DONE && transaction instanceof InviteClientTransaction invite) {
      invite.cancel();
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
      if (backend != null) {
        backend.silent();
      }
      cancel();
    }
  }

  @Override
  public void onResponse(ClientTransaction client, SipResponse response) {
    tellBackend(response);
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

  private void tellBackend(SipResponse response) {
    Backend asked = backend;
    if (asked == null || state == State.DONE) {
      return;
    }
    long elapsedNs = context.nowNs() - startedNs;
    boolean first = !heard;
    heard = true;
    if (response.status() == 503) {
      asked.refused(elapsedNs, Seconds.of(response, HeaderName.RETRY_AFTER));
    } else if (first) {
      asked.answered(response.status(), elapsedNs);
    } else if (response.status() >= 200) {
      asked.completed(response.status(), elapsedNs);
    }
  }

  @Override
  public void onDefect() {
    context.onDefect();
  }

  @Override
  public void onTimeout(ClientTransaction client) {
    if (state == State.WAITING && backend != null) {
      backend.silent();
    }
    boolean given = state == State.ABANDONED || state == State.DONE;
    state = State.DONE;
    if (!given) {
      context.onTimeout(this);
    }
  }

  @Override
  public void onTransportError(ClientTransaction client, String why) {
    if (backend != null && state != State.DONE) {
      backend.unreachable(why);
    }
    boolean given = state == State.ABANDONED || state == State.DONE;
    state = State.DONE;
    if (!given) {
      context.onTransportError(this, why);
    }
  }
}

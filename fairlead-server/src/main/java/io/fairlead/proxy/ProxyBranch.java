// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.filter.CallMessage;
import io.fairlead.dialog.filter.FilterChain;
import io.fairlead.dialog.filter.Party;
import io.fairlead.dns.NextHop;
import io.fairlead.observe.RefusalCause;
import io.fairlead.pool.Backend;
import io.fairlead.pool.blame.BackendRequest;
import io.fairlead.sip.OverloadParameters;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.Via;
import io.fairlead.transaction.ClientTransaction;
import io.fairlead.transaction.InviteClientTransaction;
import io.fairlead.transaction.ResponseListener;
import io.fairlead.transport.Flow;
import org.jspecify.annotations.Nullable;

/**
 * One branch of a forwarded request: one backend, or one destination of a phone.
 *
 * <pre>
 *   UNSENT --sent--> WAITING --1xx--> PROCEEDING --final--> DONE
 *     |                 +--try-timeout, ring-time--> ABANDONED --final--> DONE
 *     |                 +--final, timer B or F, transport error--> DONE
 *     +--no way, refused by a filter, cancelled--> DONE
 * </pre>
 *
 * <p>Owned by one loop.
 */
final class ProxyBranch extends BackendRequest implements ResponseListener {
  /** Where the branch stands. */
  enum State {
    /** A name is being looked up, or a filter holds the request. */
    UNSENT,
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
  private final @Nullable BranchDestination destination;
  private State state = State.UNSENT;
  private long exchange;
  private boolean toldFailed;
  private @Nullable NextHop met;
  private @Nullable ClientTransaction transaction;

  ProxyBranch(
      ResponseContext context,
      @Nullable Backend backend,
      @Nullable BranchDestination destination,
      long startedNs) {
    super(context.blame, backend, startedNs);
    this.context = context;
    this.destination = destination;
  }

  /** The request has left. */
  void started(ClientTransaction client) {
    transaction = client;
    if (state == State.UNSENT) {
      state = State.WAITING;
      context.sent();
    }
  }

  /** True while the request may still be sent. */
  boolean unsent() {
    return state == State.UNSENT;
  }

  /** What looks at its messages; null when nothing does. */
  @Nullable FilterChain filters() {
    return context.filters();
  }

  /** What the cookie says of them. */
  int filterBits() {
    FilterChain filters = context.filters();
    return filters == null ? 0 : filters.bits();
  }

  /** The request it sends; until the final response is given. */
  SipRequest request() {
    return context.upstream.request();
  }

  /** The flow by which the request came. */
  Flow in() {
    return context.upstream.flow();
  }

  /** The request, for the filters of its call. */
  CallMessage outgoing(FilterChain filters, Flow out) {
    exchange = filters.nextExchange();
    return new CallMessage(request(), Party.CALLER, exchange, in(), out).kept();
  }

  /** A response of this branch, for the filters of its call. */
  CallMessage incoming(SipResponse response) {
    return new CallMessage(response, Party.CALLEE, exchange, out(), in());
  }

  // What it offered does not hold; said once.
  private void failed(int status) {
    FilterChain told = exchange == 0 || toldFailed ? null : context.filters();
    if (told != null) {
      toldFailed = true;
      told.failed(exchange, status);
    }
  }

  /** A filter refuses the request. */
  void refused(RefusalCause cause) {
    if (state == State.UNSENT) {
      over();
      state = State.DONE;
      failed(0);
      context.onRefused(cause);
    }
  }

  /** Of the servers of a name it went to this one. */
  void met(NextHop target) {
    met = target;
  }

  /** The server of a name it went to; null for other destinations. */
  @Nullable NextHop met() {
    return met;
  }

  /** There is no way to it after all. */
  void unreachable(String why) {
    over();
    state = State.DONE;
    failed(0);
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

  /** From now on each success of it passes the filters of the call, beginning with this one. */
  void filtered(FilterChain filters, AckAndBye dismissal, SipResponse success) {
    if (transaction instanceof InviteClientTransaction invite) {
      FilteredSuccess all = new FilteredSuccess(context, this, filters, dismissal, invite);
      invite.listener(all);
      all.take(success);
    }
  }

  /** The flow by which the request left; that by which it came while it has not. */
  Flow out() {
    return transaction == null ? in() : transaction.flow();
  }

  /** It has opened a dialog that nobody wants any more: that is ended, and what else it opens. */
  void endLate(AckAndBye dismissal, SipResponse success) {
    if (transaction instanceof InviteClientTransaction invite) {
      Unwanted2xx late = new Unwanted2xx(dismissal, invite.flow());
      invite.listener(late);
      late.onResponse(invite, success);
    }
  }

  @Nullable BranchDestination destination() {
    return destination;
  }

  State state() {
    return state;
  }

  /** True while its outcome may still decide the response. */
  boolean pending() {
    return switch (state) {
      case UNSENT, WAITING, PROCEEDING -> true;
      case ABANDONED, DONE -> false;
    };
  }

  /** True while it has said nothing. */
  boolean silent() {
    return state == State.UNSENT || state == State.WAITING;
  }

  /** It could not be sent after all. */
  void giveBack() {
    over();
  }

  /** Asks the peer to stop; a CANCEL waits for the first provisional response (RFC 3261 §9.1). */
  void cancel() {
    if (state == State.UNSENT) {
      over();
      state = State.DONE;
      failed(0);
    }
    // Of one that was silent to the end too: should it wake and ring, it is told why it must stop.
    if (transaction instanceof InviteClientTransaction invite) {
      invite.cancel(context.cancelReason());
    }
  }

  /** Gives up though it may have rung: only a success still counts. */
  void giveUp() {
    if (pending()) {
      state = state == State.UNSENT ? state : State.ABANDONED;
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

  // What the backend says in our Via of the calls it can take (RFC 7339 §5.2).
  private void overload(SipResponse response) {
    Backend backend = backend();
    if (backend != null && backend.overload().listens()) {
      Via own = response.via();
      OverloadParameters said =
          OverloadParameters.read(response.bytes(), own.sentByTo(), own.end());
      if (said != null) {
        backend.overload().told(said, context.nowNs());
      }
    }
  }

  @Override
  public void onResponse(ClientTransaction client, SipResponse response) {
    overload(response);
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
      return;
    }
    failed(response.status());
    if (!given) {
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
    failed(0);
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
    failed(0);
    if (!given) {
      context.onTransportError(this, why);
    }
  }
}

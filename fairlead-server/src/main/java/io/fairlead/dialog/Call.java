// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import io.fairlead.dialog.filter.ChainOwner;
import io.fairlead.dialog.filter.FilterChain;
import io.fairlead.dns.NextHop;
import io.fairlead.loop.Timer;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.CallRecord.EndedBy;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.SipResponse;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One INVITE and what came of it. Whatever is taken for the call is handed to it and given back,
 * last taken first, in the one method {@link #end}.
 *
 * <pre>
 *   SETUP --2xx--> UP --BYE, session expired, max-duration--> ENDED
 *     |            +--backend started anew--> LOST --lost-memory--> ENDED
 *     +--------- final failure, cancelled ------------------> ENDED
 * </pre>
 *
 * <p>Owned by one loop.
 */
public final class Call extends Timer implements CountedCall, ChainOwner {
  /** Where the call stands. */
  public enum State {
    /** The INVITE has no final answer yet. */
    SETUP,
    /** Answered with a 2xx. */
    UP,
    /** Over with its backend; remembered a while for what its phone still asks. */
    LOST,
    /** Over; everything is given back. */
    ENDED
  }

  private final Calls calls;
  final long key;
  private final CallRecord record;
  private State state = State.SETUP;
  private @Nullable CallResource first;
  private @Nullable CallResource second;
  private @Nullable CallResource kept;
  private long hardEndNs;
  private long answeredNs;
  private int backend;
  private long calleeTag;
  private @Nullable NextHop callerAt;
  private @Nullable NextHop calleeAt;
  private @Nullable InetSocketAddress callerFrom;
  private @Nullable InetSocketAddress backendAt;
  private @Nullable MovedFlow callerMoved;
  private @Nullable MovedFlow calleeMoved;
  private @Nullable FilterChain filters;
  private boolean endedByUs;
  @Nullable Call sameKey;

  Call(Calls calls, long key, CallRecord record) {
    this.calls = calls;
    this.key = key;
    this.record = record;
  }

  /** Where the call stands. */
  public State state() {
    return state;
  }

  /** What the log will say of it. */
  @Override
  public CallRecord record() {
    return record;
  }

  /** What looks at its messages on their way; null when nothing does. */
  public @Nullable FilterChain filters() {
    return filters;
  }

  /** Its messages pass that chain from now on. */
  public void filters(@Nullable FilterChain chain) {
    filters = chain;
  }

  @Override
  public void onEnding(RefusalCause cause) {
    if (state == State.SETUP || state == State.UP) {
      record.cause(cause);
      endedByUs = true;
    }
  }

  /** The number of the backend that has it, 0 for none. */
  public int backend() {
    return backend;
  }

  /** Notes which backend has it. */
  public void backend(int id) {
    backend = id;
  }

  /** Notes where the INVITE came from. */
  public void from(InetSocketAddress caller) {
    callerFrom = caller;
  }

  /** Notes where the backend is that has it. */
  public void at(@Nullable InetSocketAddress address) {
    backendAt = address;
  }

  /** When it was answered; means something only once it was. */
  public long answeredNs() {
    return answeredNs;
  }

  /** Where the backend is that has it; null when none has, or that is not known. */
  public @Nullable InetSocketAddress backendAt() {
    return backendAt;
  }

  /**
   * Where its sides are.
   *
   * @param caller the caller comes first
   */
  CallEndpoints ends(boolean caller) {
    return caller
        ? new CallEndpoints(callerFrom, backendAt)
        : new CallEndpoints(backendAt, callerFrom);
  }

  /** Notes which server of a name answered for a side. */
  public void met(boolean caller, @Nullable NextHop server) {
    if (caller) {
      callerAt = server;
    } else {
      calleeAt = server;
    }
  }

  /** The server of a name that answered last for a side; null when none is noted. */
  public @Nullable NextHop met(boolean caller) {
    return caller ? callerAt : calleeAt;
  }

  /** A side speaks by another flow than the Record-Route says, and the other side believed it. */
  public void moved(boolean caller, MovedFlow there) {
    if (caller) {
      callerMoved = there;
    } else {
      calleeMoved = there;
    }
  }

  /** Where a side was met last; null where the Record-Route still holds. */
  public @Nullable MovedFlow moved(boolean caller) {
    return caller ? callerMoved : calleeMoved;
  }

  /** Takes something over that must be given back; given back at once when the call has ended. */
  public void holds(CallResource taken) {
    if (state == State.LOST || state == State.ENDED) {
      taken.release();
    } else if (first == null) {
      first = taken;
    } else {
      CallResource held = second;
      second =
          held == null
              ? taken
              : () -> {
                try {
                  taken.release();
                } finally {
                  held.release();
                }
              };
    }
  }

  /** Takes over what it holds whatever backend has it; given back when the call is over. */
  public void keeps(CallResource taken) {
    if (state == State.LOST || state == State.ENDED) {
      taken.release();
    } else {
      kept = taken;
    }
  }

  /** Gives back all that is held while the call goes on: before the next backend is tried. */
  public void letGo() {
    CallResource last = second;
    CallResource earlier = first;
    second = null;
    first = null;
    try {
      if (last != null) {
        last.release();
      }
    } finally {
      if (earlier != null) {
        earlier.release();
      }
    }
  }

  /**
   * The call was answered with success.
   *
   * @param response the first 2xx; its dialog is the call, those of further 2xx are not
   * @param sessionSeconds the Session-Expires agreed (RFC 4028), or 0
   */
  public void answered(SipResponse response, int sessionSeconds) {
    switch (state) {
      case SETUP -> {
        long nowNs = calls.nowNs();
        answeredNs = nowNs;
        calleeTag = calls.tag(response, false);
        record.answered(response.status(), nowNs);
        hardEndNs = nowNs + calls.maxDurationNs();
        state = State.UP;
        if (kept != null) {
          kept.onAnswered();
        }
        calls.up();
        arm(sessionSeconds);
      }
      case UP -> arm(sessionSeconds);
      case LOST, ENDED -> {}
    }
  }

  /**
   * True when a message with that hash of the callee's tag belongs to its dialog; each 2xx of a
   * fork has its own.
   */
  boolean isDialog(long tag) {
    return state == State.UP && tag == calleeTag;
  }

  /** The same of one that was lost with its backend. */
  boolean wasDialog(long tag) {
    return state == State.LOST && tag == calleeTag;
  }

  /**
   * A request that refreshes the session was answered with success: the session lives on.
   *
   * @param sessionSeconds the Session-Expires agreed now, or 0: the session no longer expires (RFC
   *     4028 §7.2)
   */
  public void refreshed(int sessionSeconds) {
    if (state == State.UP) {
      arm(sessionSeconds);
    }
  }

  private void arm(int sessionSeconds) {
    long leftNs = hardEndNs - calls.nowNs();
    long sessionNs = sessionSeconds * 1_000_000_000L + calls.sessionGraceNs();
    calls.arm(this, sessionSeconds > 0 ? Math.min(leftNs, sessionNs) : leftNs);
  }

  /** The call could not be set up. */
  public void failed(int status, RefusalCause cause) {
    if (state == State.SETUP) {
      record.answered(status, calls.nowNs()).cause(cause);
      over();
    }
  }

  /** The call is over. */
  public void end(EndedBy who) {
    switch (state) {
      case UP, SETUP -> {
        record.ended(endedByUs ? EndedBy.PROXY : who, calls.nowNs());
        over();
      }
      case LOST, ENDED -> {}
    }
  }

  /**
   * One answered after the backend's start lives there. One without an answer is left to its
   * transaction: a retransmission may have reached the new start.
   */
  @Override
  public boolean backendLost(long startedNs) {
    if (state != State.UP || answeredNs >= startedNs) {
      return false;
    }
    record.ended(EndedBy.BACKEND_LOST, calls.nowNs());
    state = State.LOST;
    try {
      giveBack();
    } finally {
      calls.lost(this);
    }
    return true;
  }

  /**
   * A step of it threw. In set-up it is over; an answered one lives on between the peers, and here
   * as long as it has its timer.
   */
  @Override
  public void onDefect() {
    if (state == State.SETUP) {
      failed(RefusalCause.INTERNAL.status(), RefusalCause.INTERNAL);
    } else if (!armed()) {
      record.cause(RefusalCause.INTERNAL);
      end(EndedBy.REAPED);
    }
  }

  private void over() {
    boolean wasUp = state == State.UP;
    state = State.ENDED;
    try {
      giveBack();
    } finally {
      calls.over(this, wasUp);
    }
  }

  private void giveBack() {
    try {
      letGo();
    } finally {
      try {
        letGoOfKept();
      } finally {
        if (filters != null) {
          filters.end();
        }
      }
    }
  }

  private void letGoOfKept() {
    CallResource held = kept;
    kept = null;
    if (held != null) {
      held.release();
    }
  }

  @Override
  public String toString() {
    return "the call of " + record.title();
  }

  @Override
  protected void onTimer() {
    if (state == State.LOST) {
      state = State.ENDED;
      calls.forget(this);
      return;
    }
    record.cause(RefusalCause.CALL_REAPED);
    calls.reaped();
    end(EndedBy.REAPED);
  }
}

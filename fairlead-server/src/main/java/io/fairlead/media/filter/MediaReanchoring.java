// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.filter;

import io.fairlead.dialog.filter.FilteredCall;
import io.fairlead.dialog.filter.Party;
import io.fairlead.dialog.filter.RenegotiationListener;
import io.fairlead.loop.Timer;
import io.fairlead.media.OnEngineLoss;
import io.fairlead.media.filter.MediaFilterFactory.MediaTools;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings an answered call whose engine was lost to another one, by re-INVITEs of ours. A request of
 * a party that is under way goes first: it may bring the call there itself.
 *
 * <pre>
 *   IDLE --engine lost--> QUEUED --its turn--> RUNNING --both agree--> IDLE
 *                           ^                   | |  |
 *                           |     no offer made | |  +--refused, no answer--> IDLE, as it was
 *                           +-- LATER <---------+ |
 *                                 ^---------------+ 491, or its parties are busy
 *   any --the call is over--> ENDED
 * </pre>
 *
 * <p>Owned by one loop.
 */
final class MediaReanchoring extends Timer implements RenegotiationListener {
  private static final Logger LOG = LoggerFactory.getLogger(MediaReanchoring.class);

  /** How long a request of a party is waited for before it is looked at again. */
  private static final long BUSY_NS = 1_000_000_000L;

  /** A party that has requests under way at each of these is left alone. */
  private static final int MOST_TRIES = 10;

  private enum State {
    IDLE,
    QUEUED,
    LATER,
    RUNNING,
    ENDED
  }

  private final MediaTools tools;
  private final FilteredCall call;
  private final MediaSummary summary;
  private final AnsweredMedia media;
  private State state = State.IDLE;
  private Party offerer = Party.CALLEE;
  private boolean turned;
  private int tries;

  MediaReanchoring(MediaTools tools, FilteredCall call, MediaSummary summary, AnsweredMedia media) {
    this.tools = tools;
    this.call = call;
    this.summary = summary;
    this.media = media;
  }

  /** True while our re-INVITEs are under way: a party's own offer must wait. */
  boolean isRunning() {
    return state == State.RUNNING;
  }

  /**
   * The engine of the answered call is lost.
   *
   * @param calleeTag of the dialog that it is
   */
  void onEngineLost(String calleeTag) {
    media.is(calleeTag);
    if (tools.reanchor().onEngineLoss() == OnEngineLoss.REINVITE && state == State.IDLE) {
      offerer = Party.CALLEE;
      turned = false;
      tries = 0;
      queue();
    }
  }

  private void queue() {
    state = State.QUEUED;
    tools.queue().add(this);
  }

  private void later(long ns) {
    tries++;
    if (tries >= MOST_TRIES) {
      stop(MediaCallMeters.Reanchored.BUSY);
    } else {
      state = State.LATER;
      tools.loop().timers().schedule(this, Math.max(1, ns));
    }
  }

  @Override
  protected void onTimer() {
    if (state == State.LATER) {
      queue();
    }
  }

  /** Those before it have had their turns. */
  void onTurn() {
    if (state != State.QUEUED) {
      return;
    }
    if (media.isAnchored()) {
      stop(MediaCallMeters.Reanchored.BY_PARTY);
    } else if (media.isBusy()) {
      later(BUSY_NS);
    } else {
      state = State.RUNNING;
      call.renegotiate(offerer, tools.reanchor().answerTimeout().toNanos(), this);
    }
  }

  private void stop(MediaCallMeters.Reanchored outcome) {
    state = State.IDLE;
    tools.meters().reanchored(outcome);
  }

  @Override
  public boolean takesOffer() {
    return state == State.RUNNING && media.hasOffer(offerer);
  }

  @Override
  public void onPending(long retryNs) {
    if (state == State.RUNNING) {
      later(retryNs);
    }
  }

  @Override
  public void onEnd(Outcome outcome) {
    if (state != State.RUNNING) {
      return;
    }
    if (outcome == Outcome.AGREED && !media.isAnchored()) {
      // The other engine is lost as well.
      later(BUSY_NS);
      return;
    }
    if (outcome != Outcome.AGREED) {
      media.withdraw(offerer);
    }
    switch (outcome) {
      case AGREED -> {
        stop(MediaCallMeters.Reanchored.AGREED);
        summary.reanchored();
      }
      case NO_OFFER -> askTheOther();
      case REFUSED -> stop(MediaCallMeters.Reanchored.REFUSED);
      case UNANSWERED -> stop(MediaCallMeters.Reanchored.UNANSWERED);
      case CALL_OVER -> stop(MediaCallMeters.Reanchored.CALL_OVER);
    }
  }

  // Not everybody makes an offer when asked for one, and takes one nevertheless.
  private void askTheOther() {
    if (turned) {
      stop(MediaCallMeters.Reanchored.REFUSED);
    } else {
      turned = true;
      offerer = offerer.other();
      queue();
    }
  }

  /** The call is over. */
  void end() {
    State before = state;
    state = State.ENDED;
    tools.queue().remove(this);
    tools.loop().timers().cancel(this);
    if (before != State.IDLE && before != State.ENDED) {
      tools.meters().reanchored(MediaCallMeters.Reanchored.CALL_OVER);
    }
  }

  /** A step threw: the call goes on as it is. */
  @Override
  public void onDefect() {
    if (state != State.ENDED) {
      state = State.IDLE;
    }
    LOG.debug("{} is not brought to another engine", call);
  }

  @Override
  public String toString() {
    return "bringing a call to another engine";
  }
}

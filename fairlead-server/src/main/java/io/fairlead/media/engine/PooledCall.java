// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.engine;

import io.fairlead.media.MediaCall;
import io.fairlead.media.MediaEngine;
import io.fairlead.media.MediaObserver;
import io.fairlead.media.MediaReport;
import io.fairlead.media.MediaRequest;
import io.fairlead.media.ReceivedDescription;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sdp.OfferAnswer.Side;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call that finds its engine with its first offer and then stays there.
 *
 * <pre>
 *   SEEKING --an engine takes a description--> SETTLED
 *   SEEKING --refused by the last engine-----> SEEKING, with nothing
 *   SEEKING, SETTLED --end-------------------> OVER
 * </pre>
 *
 * <p>Owned by one loop, the call's.
 */
final class PooledCall implements MediaCall {
  private final EnginePool pool;
  private MediaRequest request;
  private final MediaObserver observer;
  private final Set<MediaEngine> tried = new HashSet<>();
  private @Nullable MediaCall current;
  private State state = State.SEEKING;

  private enum State {
    SEEKING,
    SETTLED,
    OVER
  }

  PooledCall(EnginePool pool, MediaRequest request, MediaObserver observer) {
    this.pool = pool;
    this.request = request;
    this.observer = observer;
  }

  @Override
  public void describe(ReceivedDescription description, Outcome outcome) {
    switch (state) {
      case SEEKING -> {
        byte[] kept = description.sdp().clone();
        seek(
            new ReceivedDescription(
                description.offer(),
                description.from(),
                description.calleeTag(),
                description.source(),
                kept),
            outcome,
            RefusalCause.NO_MEDIA_ENGINE);
      }
      case SETTLED -> call().describe(description, outcome);
      case OVER -> outcome.refused(RefusalCause.NO_MEDIA_ENGINE);
    }
  }

  private MediaCall call() {
    MediaCall call = current;
    if (call == null) {
      throw new IllegalStateException("a call without engine");
    }
    return call;
  }

  private void seek(ReceivedDescription description, Outcome outcome, RefusalCause last) {
    MediaCall call = current;
    if (call == null) {
      MediaEngine engine = pool.choose(request.callId(), tried);
      if (engine == null) {
        tried.clear();
        outcome.refused(last);
        return;
      }
      tried.add(engine);
      call = engine.open(request, new Heard());
      current = call;
    }
    call.describe(description, new Tried(call, description, outcome));
  }

  /** What an engine makes of a description while none has the call. */
  private final class Tried implements Outcome {
    private final MediaCall call;
    private final ReceivedDescription description;
    private final Outcome outcome;

    Tried(MediaCall call, ReceivedDescription description, Outcome outcome) {
      this.call = call;
      this.description = description;
      this.outcome = outcome;
    }

    @Override
    public void rewritten(byte[] sdp, int from, int to) {
      if (state == State.SEEKING) {
        state = State.SETTLED;
        tried.clear();
      }
      outcome.rewritten(sdp, from, to);
    }

    @Override
    public void untouched(String why) {
      outcome.untouched(why);
    }

    @Override
    public void refused(RefusalCause cause) {
      boolean again = state == State.SEEKING && description.offer() && cause.status() >= 500;
      if (!again) {
        outcome.refused(cause);
        return;
      }
      if (call.equals(current)) {
        current = null;
        call.end(report -> {});
      }
      seek(description, outcome, cause);
    }
  }

  /** Passes on what an engine tells, once the call is its. */
  private final class Heard implements MediaObserver {
    @Override
    public void onSilence(@Nullable Side silent, Duration forLong) {
      observer.onSilence(silent, forLong);
    }

    @Override
    public void onEngineLost() {
      if (state == State.SETTLED) {
        observer.onEngineLost();
      }
    }
  }

  @Override
  public void confirmed(String calleeTag) {
    if (current != null) {
      current.confirmed(calleeTag);
    }
  }

  @Override
  public void reopened() {
    if (current != null) {
      current.reopened();
    }
  }

  @Override
  public void rejected(Side offerer) {
    if (current != null) {
      current.rejected(offerer);
    }
  }

  @Override
  public void moveCallee(String calleeNetwork) {
    request =
        new MediaRequest(
            request.loop(),
            request.callId(),
            request.callerTag(),
            request.callerNetwork(),
            calleeNetwork);
    if (current != null) {
      current.moveCallee(calleeNetwork);
    }
  }

  @Override
  public void end(Consumer<MediaReport> then) {
    state = State.OVER;
    if (current == null) {
      then.accept(MediaReport.NONE);
    } else {
      current.end(then);
    }
  }

  @Override
  public MediaReport report() {
    return current == null ? MediaReport.NONE : current.report();
  }
}

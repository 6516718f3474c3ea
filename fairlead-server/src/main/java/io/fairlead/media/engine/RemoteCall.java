// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.engine;

import io.fairlead.loop.Loop;
import io.fairlead.media.MediaCall;
import io.fairlead.media.MediaObserver;
import io.fairlead.media.MediaReport;
import io.fairlead.media.MediaRequest;
import io.fairlead.media.ReceivedDescription;
import io.fairlead.media.engine.CallProtocol.Reading;
import io.fairlead.media.engine.CallProtocol.Told;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sdp.OfferAnswer.Side;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call at an engine that is another program. Its descriptions are told one after the other,
 * since an engine takes datagrams in the order they happen to arrive.
 *
 * <pre>
 *   OPEN --the engine is gone, or knows the call no more--> LOST
 *   OPEN, LOST --end--> OVER
 * </pre>
 *
 * <p>Owned by one loop, the call's.
 */
final class RemoteCall implements MediaCall {
  // An offer and its answer in each direction, for each of some forks; more wait for an engine that
  // does not answer.
  private static final int MOST_WAITING = 16;

  private final RemoteEngine engine;
  private final MediaRequest request;
  private final MediaObserver observer;
  private final CallProtocol protocol;
  private final ArrayDeque<Step> steps = new ArrayDeque<>();
  private State state = State.OPEN;
  private boolean busy;
  // The engine may have something of this call.
  private boolean asked;
  private boolean held;
  private @Nullable Runnable ending;
  private @Nullable Told openOffer;
  private @Nullable Told agreedOffer;
  private @Nullable Told agreedAnswer;
  private MediaReport report = MediaReport.NONE;

  private enum State {
    OPEN,
    LOST,
    OVER
  }

  /**
   * A description that waits for its turn.
   *
   * @param told what it says
   * @param outcome who waits; null when it is only told again
   */
  private record Step(Told told, @Nullable Outcome outcome) {
    void refused() {
      if (outcome != null) {
        outcome.refused(RefusalCause.NO_MEDIA_ENGINE);
      }
    }
  }

  RemoteCall(
      RemoteEngine engine, MediaRequest request, MediaObserver observer, CallProtocol protocol) {
    this.engine = engine;
    this.request = request;
    this.observer = observer;
    this.protocol = protocol;
  }

  Loop loop() {
    return request.loop();
  }

  @Override
  public void describe(ReceivedDescription description, Outcome outcome) {
    if (state != State.OPEN || steps.size() >= MOST_WAITING) {
      outcome.refused(RefusalCause.NO_MEDIA_ENGINE);
      return;
    }
    Told told =
        new Told(
            description.offer(),
            description.from(),
            description.calleeTag(),
            description.sdp().clone());
    steps.add(new Step(told, outcome));
    next();
  }

  private void next() {
    while (!busy && state == State.OPEN && !steps.isEmpty()) {
      Step step = steps.remove();
      List<byte[]> payloads = protocol.describe(step.told());
      if (payloads.isEmpty()) {
        if (step.outcome() != null) {
          step.outcome().untouched("there is no media in it that an engine could relay");
        }
      } else {
        busy = true;
        asked = true;
        engine.ask(payloads, loop(), answers -> onAnswers(step, answers));
      }
    }
  }

  private void onAnswers(Step step, @Nullable List<byte[]> answers) {
    busy = false;
    if (ending != null) {
      step.refused();
      ending.run();
      ending = null;
      return;
    }
    if (answers == null || state != State.OPEN) {
      step.refused();
    } else {
      switch (protocol.read(step.told(), answers)) {
        case Reading.Rewritten(byte[] sdp) -> taken(step, sdp);
        case Reading.Refused(String why) -> {
          engine.refused(why, request.callId());
          step.refused();
        }
        case Reading.Gone() -> {
          step.refused();
          forgotten();
        }
      }
    }
    next();
  }

  private void taken(Step step, byte[] sdp) {
    if (!held) {
      held = true;
      engine.holds(this);
    }
    if (step.told().offer()) {
      openOffer = step.told();
    } else {
      agreedOffer = openOffer == null ? agreedOffer : openOffer;
      agreedAnswer = step.told();
      openOffer = null;
    }
    if (step.outcome() != null) {
      step.outcome().rewritten(sdp, 0, sdp.length);
    }
  }

  /**
   * The engine has the refused offer's addresses by now: it is told again what was agreed. What it
   * answers is what both sides have already.
   */
  @Override
  public void rejected(Side offerer) {
    Told offer = agreedOffer;
    Told answer = agreedAnswer;
    if (offer != null && answer != null && state == State.OPEN) {
      steps.add(new Step(offer, null));
      steps.add(new Step(answer, null));
      next();
    }
  }

  @Override
  public void moveCallee(String calleeNetwork) {
    protocol.moveCallee(calleeNetwork);
  }

  @Override
  public MediaReport report() {
    return report;
  }

  @Override
  public void end(Consumer<MediaReport> then) {
    State before = state;
    state = State.OVER;
    engine.lets(this);
    for (Step step = steps.poll(); step != null; step = steps.poll()) {
      step.refused();
    }
    if (busy) {
      // A delete that overtakes an offer would leave the call at the engine.
      ending = () -> finish(before, then);
    } else {
      finish(before, then);
    }
  }

  private void finish(State before, Consumer<MediaReport> then) {
    if (!asked) {
      then.accept(MediaReport.NONE);
    } else if (before == State.LOST) {
      // It may be back and hold the ports; its answer changes nothing.
      delete(last -> {});
      then.accept(report);
    } else if (protocol.reportsAtEnd()) {
      delete(then);
    } else {
      query(known -> delete(then));
    }
  }

  private void delete(Consumer<MediaReport> then) {
    engine.ask(
        List.of(protocol.delete()),
        loop(),
        answers -> {
          MediaReport last = answers == null ? null : protocol.lastReport(answers.getFirst());
          report = last == null ? report : last;
          then.accept(report);
        });
  }

  /** Whether the engine still knows it; also true when it is silent, which is not for here. */
  void check(Consumer<Boolean> then) {
    if (state != State.OPEN || busy) {
      then.accept(true);
      return;
    }
    query(known -> {
      if (!known && state == State.OPEN) {
        forgotten();
        then.accept(false);
      } else {
        then.accept(true);
      }
    });
  }

  private void query(Consumer<Boolean> then) {
    List<byte[]> questions = protocol.query();
    if (questions.isEmpty()) {
      then.accept(true);
      return;
    }
    engine.ask(
        questions,
        loop(),
        answers -> {
          MediaReport now = answers == null ? report : protocol.report(answers);
          report = now == null ? report : now;
          then.accept(now != null);
        });
  }

  private void forgotten() {
    engine.forgot(this);
    lost();
  }

  /** The engine is gone, or has nothing of this call. */
  void lost() {
    if (state != State.OPEN) {
      return;
    }
    state = State.LOST;
    for (Step step = steps.poll(); step != null; step = steps.poll()) {
      step.refused();
    }
    observer.onEngineLost();
  }
}

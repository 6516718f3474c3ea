// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import io.fairlead.media.MediaCall;
import io.fairlead.media.MediaEngine;
import io.fairlead.media.MediaObserver;
import io.fairlead.media.MediaReport;
import io.fairlead.media.MediaRequest;
import io.fairlead.media.ReceivedDescription;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sdp.OfferAnswer.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * An engine that takes its time, as one at the other end of a wire does, and writes down what it is
 * told. Owned by the test's thread.
 */
final class SlowEngine implements MediaEngine {
  private final MediaEngine engine;

  /** How long it takes, in milliseconds; 0 for an answer at once, below for none ever. */
  int takesMs;

  final List<String> told = new ArrayList<>();
  final List<MediaObserver> observers = new ArrayList<>();
  int open;

  /** Something happens to the media of some call that is open, or was. */
  void disturb(SplittableRandom random) {
    if (observers.isEmpty()) {
      return;
    }
    MediaObserver some = observers.get(random.nextInt(observers.size()));
    switch (random.nextInt(3)) {
      case 0 -> some.onEngineLost();
      case 1 -> some.onSilence(null, Duration.ofSeconds(60));
      default -> some.onSilence(Side.CALLER, Duration.ofSeconds(60));
    }
  }

  SlowEngine(MediaEngine engine) {
    this.engine = engine;
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public MediaCall open(MediaRequest request, MediaObserver observer) {
    open++;
    observers.add(observer);
    told.add("open " + request.callerNetwork() + ">" + request.calleeNetwork());
    return new SlowCall(request.loop(), engine.open(request, observer));
  }

  private final class SlowCall implements MediaCall {
    private final Loop loop;
    private final MediaCall call;
    private boolean over;

    SlowCall(Loop loop, MediaCall call) {
      this.loop = loop;
      this.call = call;
    }

    private void later(Runnable action) {
      if (takesMs == 0) {
        action.run();
      } else if (takesMs > 0) {
        loop.timers().schedule(Timer.of(action), takesMs * 1_000_000L);
      }
    }

    @Override
    public void describe(ReceivedDescription description, Outcome outcome) {
      if (over) {
        throw new AssertionError("described behind the end");
      }
      told.add(
          (description.offer() ? "offer " : "answer ")
              + description.from()
              + (description.calleeTag().isEmpty() ? " first" : ""));
      call.describe(
          description,
          new Outcome() {
            @Override
            public void rewritten(byte[] sdp, int from, int to) {
              byte[] copy = Arrays.copyOfRange(sdp, from, to);
              later(() -> outcome.rewritten(copy, 0, copy.length));
            }

            @Override
            public void untouched(String why) {
              later(() -> outcome.untouched(why));
            }

            @Override
            public void refused(RefusalCause cause) {
              later(() -> outcome.refused(cause));
            }
          });
    }

    @Override
    public void confirmed(String calleeTag) {
      told.add("confirmed");
      call.confirmed(calleeTag);
    }

    @Override
    public void rejected(Side offerer) {
      told.add("rejected " + offerer);
      call.rejected(offerer);
    }

    @Override
    public void moveCallee(String calleeNetwork) {
      told.add("move " + calleeNetwork);
      call.moveCallee(calleeNetwork);
    }

    @Override
    public void end(Consumer<MediaReport> then) {
      if (over) {
        throw new AssertionError("ended twice");
      }
      over = true;
      open--;
      // One that is silent is given up after a while.
      int ms = takesMs < 0 ? 3_000 : takesMs;
      call.end(report -> {
        if (ms == 0) {
          then.accept(report);
        } else {
          loop.timers().schedule(Timer.of(() -> then.accept(report)), ms * 1_000_000L);
        }
      });
    }

    @Override
    public MediaReport report() {
      return call.report();
    }
  }
}

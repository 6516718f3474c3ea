// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.filter;

import io.fairlead.loop.Loop;
import io.fairlead.loop.StepFailureHandler;
import io.fairlead.loop.Timer;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The calls of one loop whose engine was lost, each of which has its turn: an engine takes all its
 * calls with it at once. No more than the loop has calls.
 *
 * <p>Owned by one loop.
 */
final class ReanchorQueue extends Timer {
  private final Loop loop;
  private final long intervalNs;
  private final Set<MediaReanchoring> waiting = new LinkedHashSet<>();
  private long freeNs;

  /**
   * @param intervalNs between two of them
   */
  ReanchorQueue(Loop loop, long intervalNs) {
    this.loop = loop;
    this.intervalNs = intervalNs;
    this.freeNs = loop.nowNs();
  }

  /** It has its turn when those before it have had theirs. */
  void add(MediaReanchoring call) {
    waiting.add(call);
    if (!armed()) {
      loop.timers().schedule(this, Math.max(1, freeNs - loop.nowNs()));
    }
  }

  /** It needs no turn any more. */
  void remove(MediaReanchoring call) {
    waiting.remove(call);
    if (waiting.isEmpty()) {
      loop.timers().cancel(this);
    }
  }

  @Override
  protected void onTimer() {
    MediaReanchoring first = waiting.iterator().next();
    waiting.remove(first);
    freeNs = loop.nowNs() + intervalNs;
    if (!waiting.isEmpty()) {
      loop.timers().schedule(this, intervalNs);
    }
    StepFailureHandler before = loop.steps().isFor(first);
    first.onTurn();
    loop.steps().back(before);
  }

  @Override
  public String toString() {
    return "calls whose engine was lost";
  }
}

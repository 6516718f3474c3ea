// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import io.fairlead.dialog.filter.Hold;
import io.fairlead.dialog.filter.Holds;
import io.fairlead.dialog.filter.Verdict;
import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One result for a call that is worked out off the loop, and the INVITEs that wait for it: several
 * when the call forks.
 *
 * <p>Owned by one loop: the call's. Its timer gives the result when the work takes too long.
 */
final class AwaitedResult<T> extends Timer {
  // Behind the timer, for a defect in the work.
  private static final long LAST_RESORT_NS = Duration.ofSeconds(1).toNanos();

  private final Loop loop;
  private final long deadlineNs;
  private final T late;
  private final Consumer<T> told;
  private final BiConsumer<Hold, T> decide;
  private final List<Hold> waiting = new ArrayList<>(1);
  private @Nullable T result;
  private boolean over;

  /**
   * @param deadlineNs how long the INVITE waits
   * @param late the result when it has waited for so long
   * @param told hears of the result, once
   * @param decide lets a message go
   */
  AwaitedResult(Loop loop, long deadlineNs, T late, Consumer<T> told, BiConsumer<Hold, T> decide) {
    this.loop = loop;
    this.deadlineNs = deadlineNs;
    this.late = late;
    this.told = told;
    this.decide = decide;
  }

  /** The result; null while it is not known. */
  @Nullable T known() {
    return result;
  }

  /**
   * Begins the work, unless it has begun.
   *
   * @param work runs off the loop
   * @return false when too much else is being worked at
   */
  boolean begin(WorkLimit limit, Supplier<T> work) {
    if (!waiting.isEmpty()) {
      return true;
    }
    boolean begun =
        limit.run(() -> {
          T worked = work.get();
          loop.execute(() -> give(worked));
        });
    if (begun) {
      loop.timers().schedule(this, deadlineNs);
    }
    return begun;
  }

  /** Has the message that a filter is asked about wait. */
  Verdict await(Holds holds) {
    Hold hold = holds.until(deadlineNs + LAST_RESORT_NS, Verdict.PASS);
    waiting.add(hold);
    return hold;
  }

  /** The result is known; only the first counts. */
  void give(T worked) {
    if (result != null || over) {
      return;
    }
    result = worked;
    loop.timers().cancel(this);
    told.accept(worked);
    List<Hold> all = List.copyOf(waiting);
    waiting.clear();
    all.forEach(hold -> decide.accept(hold, worked));
  }

  /** Nobody waits any more. */
  void end() {
    over = true;
    waiting.clear();
    loop.timers().cancel(this);
  }

  @Override
  protected void onTimer() {
    give(late);
  }

  @Override
  public String toString() {
    return "an INVITE that waits for its identity";
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.config.Durations;
import io.fairlead.esl.EslReply;
import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import io.fairlead.observe.Counter;
import io.fairlead.pool.freeswitch.CallEnder;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An order to drain a backend, from when it is given until it is taken back: looks once a second
 * how many calls are left, and does what was ordered when none is or the deadline has come. It
 * stays with its backend over reloads.
 *
 * <pre>
 *   DRAINING --no calls left--> DRAINED
 *      +-------deadline-------> OVERDUE --no calls left--> DRAINED
 * </pre>
 *
 * <p>Works on the pools' home loop; {@link #progress} may be read by any thread. Shared: see
 * docs/ownership.md.
 */
public final class Drain {
  /** How far it has come. */
  public enum Phase {
    /** Calls are left. */
    DRAINING,
    /** The deadline has come, and calls are left. */
    OVERDUE,
    /** Its calls have ended. */
    DRAINED
  }

  /**
   * How it stands at a moment. Immutable.
   *
   * @param phase how far it has come
   * @param order what was ordered
   * @param elapsed since the first order
   * @param untilDeadline null when there is no deadline, zero when it has come
   * @param startedWith live calls when it began
   * @param left live calls now
   * @param longest how long the longest of them has lived
   * @param untilLast when the last is expected to end; null while that is unknown
   */
  public record Progress(
      Phase phase,
      DrainOrder order,
      Duration elapsed,
      @Nullable Duration untilDeadline,
      int startedWith,
      int left,
      Duration longest,
      @Nullable Duration untilLast) {}

  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
  private static final long LOOK_NS = Duration.ofSeconds(1).toNanos();
  private static final long AGAIN_NS = Duration.ofSeconds(10).toNanos();

  private final Backend backend;
  private final Loop home;
  private final Counter overdue;
  private final long sinceNs;
  private final int startedWith;
  private final DrainForecast decline;
  private final Timer next = Timer.of(this::look);
  private final Timer deadline = Timer.of(this::onDeadline);
  private Phase phase = Phase.DRAINING;
  private DrainOrder order = DrainOrder.PLAIN;
  private long deadlineNs;
  private volatile Progress progress;

  Drain(Backend backend, Loop home, Counter overdue) {
    this.backend = backend;
    this.home = home;
    this.overdue = overdue;
    this.sinceNs = home.nowNs();
    this.startedWith = backend.load();
    this.decline = new DrainForecast(startedWith, sinceNs);
    this.progress = seen();
  }

  /** How it stands; from any thread, at most a second old. */
  public Progress progress() {
    return progress;
  }

  void begin(DrainOrder given) {
    take(given);
    String end = given.deadline() == null ? "" : " within " + Durations.text(given.deadline());
    LOG.info("backend {} drains{}: {} calls live", backend.path(), end, startedWith);
    look();
  }

  /** Another order takes the place of the one that stands; its deadline counts from now. */
  void change(DrainOrder given) {
    take(given);
    LOG.info("backend {} drains as ordered anew: {}", backend.path(), given.text());
    look();
  }

  private void take(DrainOrder given) {
    order = given;
    phase = Phase.DRAINING;
    home.timers().cancel(deadline);
    Duration within = given.deadline();
    if (within != null) {
      deadlineNs = home.nowNs() + within.toNanos();
      home.timers().schedule(deadline, within.toNanos());
    }
  }

  /** It was taken back, or the backend is gone. */
  void stop() {
    home.timers().cancel(next);
    home.timers().cancel(deadline);
  }

  /** Looks now; else it does once a second. */
  void look() {
    int left = backend.load();
    decline.see(left, home.nowNs());
    if (left == 0 && phase != Phase.DRAINED) {
      phase = Phase.DRAINED;
      home.timers().cancel(deadline);
      LOG.info(
          "backend {} is drained: no calls left after {}, {} when it began",
          backend.path(),
          Durations.text(seconds(home.nowNs() - sinceNs)),
          startedWith);
      follow();
    }
    progress = seen();
    home.timers().schedule(next, LOOK_NS);
  }

  private void onDeadline() {
    switch (phase) {
      case DRAINING -> {
        phase = Phase.OVERDUE;
        overdue.add();
        LOG.warn(
            "the deadline to drain backend {} has come: {} of {} calls are left, the longest for"
                + " {}",
            backend.path(),
            backend.load(),
            startedWith,
            Durations.text(seconds(backend.calls().longestNs(home.nowNs()))));
        follow();
        endCalls();
        progress = seen();
      }
      case OVERDUE -> endCalls();
      case DRAINED -> {}
    }
  }

  private void follow() {
    switch (order.then()) {
      case NOTIFY -> {}
      case MAINTENANCE -> backend.condition().maintain("by order, after draining");
    }
  }

  // One that cannot be reached at the deadline is told later: the timer serves again.
  private void endCalls() {
    CallEnder ender = backend.callEnder();
    if (order.calls() == DrainOrder.Rest.LEAVE) {
      return;
    }
    home.timers().schedule(deadline, AGAIN_NS);
    if (ender == null) {
      LOG.error("the calls of backend {} cannot be ended: no event socket", backend.path());
    } else {
      ender.endCalls(this::onEnded);
    }
  }

  private void onEnded(EslReply answer) {
    switch (answer) {
      case EslReply.Text text when text.isError() ->
          LOG.error("backend {} does not end its calls: {}", backend.path(), text.body().strip());
      case EslReply.Text text ->
          LOG.info("backend {} ends its calls: {}", backend.path(), text.body().strip());
      case EslReply.Failed failed ->
          LOG.error("backend {} cannot be told to end its calls: {}", backend.path(), failed.why());
    }
  }

  private Progress seen() {
    long nowNs = home.nowNs();
    long lastNs = decline.untilLastNs();
    Duration left =
        order.deadline() == null ? null : Duration.ofNanos(Math.max(0, deadlineNs - nowNs));
    return new Progress(
        phase,
        order,
        Duration.ofNanos(nowNs - sinceNs),
        phase == Phase.DRAINING ? left : left == null ? null : Duration.ZERO,
        startedWith,
        backend.load(),
        Duration.ofNanos(backend.calls().longestNs(nowNs)),
        lastNs < 0 ? null : Duration.ofNanos(lastNs));
  }

  private static Duration seconds(long ns) {
    return Duration.ofSeconds(ns / 1_000_000_000L);
  }
}

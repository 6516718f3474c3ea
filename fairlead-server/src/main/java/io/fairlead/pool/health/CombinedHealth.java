// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.health;

import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One backend's health: what its checks say, and over that, what calls to it say, and over that,
 * what it says of itself, and over that, what an operator says. The strongest of them is published.
 *
 * <pre>
 *              answered            unanswered            3 unanswered, or refused
 *   UNKNOWN ------------> HEALTHY ------------> DEGRADED ------------> DOWN
 *      |                    ^ ^                    |                    |
 *      |  503: SATURATED ---+ +------ answered ----+    2 answered      |
 *      |                      +-----------------------------------------+
 *      +-- unanswered, or refused -----------------------------------> DOWN
 *
 *   an operator's drain, maintenance          DRAINING, MAINTENANCE
 *     else not resolved, or DOWN by checks    DOWN
 *     else it shuts down, as it says          DRAINING
 *     else calls to it failed                 EJECTED
 *     else paused or full, as it says         SATURATED
 *     else it refused calls                   SATURATED
 *     else                                    as its checks say
 * </pre>
 *
 * <p>One that shuts down and no longer answers is DOWN: it has gone.
 *
 * <p>A backend never checked yet is used until its first check fails: at start the farm most often
 * lives, refusing all calls until the first answers have come would lose some for sure, and
 * failover covers one that is dead. One that has never been seen alive gets no benefit of the
 * threshold, and its first answer makes it healthy at once.
 *
 * <p>Changed on the pool's home loop only; {@link #health} may be read by any thread. Shared: see
 * docs/ownership.md.
 */
public final class CombinedHealth {
  /** What the checks say. */
  enum Checked {
    UNKNOWN,
    HEALTHY,
    DEGRADED,
    SATURATED,
    DOWN
  }

  /** What an operator says. */
  enum Order {
    READY,
    DRAINING,
    MAINTENANCE
  }

  /** Hears of each change of state. */
  public interface Listener {
    /** The state changed; called on the home loop. */
    void onHealth(Health before, Health after);
  }

  private static final String NEVER_CHECKED = "not checked yet";

  private final Loop home;
  private final Listener listener;
  private final Timer busyEnds = Timer.of(this::onBusyEnds);
  private final Timer ejectionEnds = Timer.of(this::onEjectionEnds);

  private Checked checked = Checked.UNKNOWN;
  private String checkedWhy = NEVER_CHECKED;
  private int passed;
  private int failed;
  private Order order = Order.READY;
  private String orderWhy = "";
  private @Nullable String busyWhy;
  private int busyStreak;
  private @Nullable String ejectedWhy;
  private boolean ejectedForAnswers;
  private int ejections;
  private long ejectionEndedNs;
  private @Nullable String unresolvedWhy;
  private @Nullable String noRoomWhy;
  private @Nullable String leavingWhy;
  private volatile boolean answers = true;
  private volatile long silentNs;
  private volatile boolean out;
  private volatile long outNs;
  private volatile long refusedNs;
  private volatile Health health = new Health(HealthState.HEALTHY, Instant.now(), NEVER_CHECKED);

  /** The condition of a backend never checked. */
  public CombinedHealth(Loop home, Listener listener) {
    this.home = home;
    this.listener = listener;
  }

  /** How it is now. */
  public Health health() {
    return health;
  }

  /**
   * False when checks or its host name say that it cannot be reached, whatever an operator ordered.
   */
  public boolean answers() {
    return answers;
  }

  /** True when it does not {@linkplain #answers answer}, and did when that time came. */
  public boolean fellSilentAfter(long timeNs) {
    return !answers && silentNs - timeNs > 0;
  }

  /**
   * True when it takes no calls for what it answered to calls and for nothing else: it is not down,
   * drained, paused or full by its own word, and did not leave calls unanswered.
   */
  public boolean out() {
    return out;
  }

  /** True when it is {@link #out} and was already at that time. */
  public boolean outSince(long timeNs) {
    return out && timeNs - outNs >= 0;
  }

  /** When it last refused a call; means something only while it is {@link #out}. */
  public long refusedNs() {
    return refusedNs;
  }

  /** True when its last check failed or it is down, so that it is worth asking sooner. */
  boolean doubtful() {
    return checked == Checked.DOWN || checked == Checked.DEGRADED;
  }

  /** True when its last check said 503. */
  boolean saturated() {
    return checked == Checked.SATURATED;
  }

  /** True while it is ejected. */
  boolean ejected() {
    return ejectedWhy != null;
  }

  /** A check was answered. */
  void onPassed(HealthSettings settings) {
    failed = 0;
    passed++;
    checked =
        switch (checked) {
          case UNKNOWN, HEALTHY, DEGRADED, SATURATED -> Checked.HEALTHY;
          case DOWN -> passed < settings.healthyThreshold() ? Checked.DOWN : Checked.HEALTHY;
        };
    if (checked == Checked.HEALTHY) {
      checkedWhy = passed == 1 ? "answers checks" : "answered " + checks(passed) + " in a row";
    }
    publish();
  }

  /** A check was answered with 503. */
  void onSaturated(HealthSettings settings) {
    failed = 0;
    passed++;
    checked =
        switch (checked) {
          case UNKNOWN, HEALTHY, DEGRADED, SATURATED -> Checked.SATURATED;
          case DOWN -> passed < settings.healthyThreshold() ? Checked.DOWN : Checked.SATURATED;
        };
    if (checked == Checked.SATURATED) {
      checkedWhy = "answered a check with 503";
    }
    publish();
  }

  /** A check stayed unanswered. */
  void onSilent(HealthSettings settings) {
    passed = 0;
    failed++;
    boolean over = failed >= settings.unhealthyThreshold();
    checked =
        switch (checked) {
          case UNKNOWN, DOWN -> Checked.DOWN;
          case HEALTHY, DEGRADED -> over ? Checked.DOWN : Checked.DEGRADED;
          case SATURATED -> over ? Checked.DOWN : Checked.SATURATED;
        };
    if (checked != Checked.SATURATED) {
      checkedWhy = "no answer to " + checks(failed);
    }
    publish();
  }

  /** It refused, reset, or cannot be reached. */
  public void onUnreachable(String why) {
    passed = 0;
    failed++;
    checked = Checked.DOWN;
    checkedWhy = why;
    publish();
  }

  /** Checks were switched off: what they said is forgotten. */
  public void onUnchecked() {
    passed = 0;
    failed = 0;
    checked = Checked.UNKNOWN;
    checkedWhy = "not checked";
    publish();
  }

  /**
   * It refused a call for lack of room. It gets no calls for a time that doubles with each refusal
   * that follows such a time.
   *
   * @param firstNs the first time
   * @param longestNs the longest
   */
  public void onBusy(String why, long firstNs, long longestNs) {
    if (busyWhy != null) {
      return;
    }
    long timeNs = Math.min(longestNs, firstNs << Math.min(busyStreak, 16));
    busyStreak++;
    busyWhy = why;
    home.timers().schedule(busyEnds, timeNs);
    publish();
  }

  /** A call was served: the next refusal waits the first time again. */
  public void onNotBusy() {
    busyStreak = 0;
  }

  /** It was asked while {@link #out}, and refused again. */
  public void onRefusedAgain() {
    refusedNs = home.nowNs();
  }

  /** It was asked while {@link #out}, and has served the call: it is back. */
  public void onServed(long startedNs) {
    if (!outSince(startedNs)) {
      return;
    }
    busyWhy = null;
    busyStreak = 0;
    home.timers().cancel(busyEnds);
    if (ejectedWhy != null) {
      home.timers().cancel(ejectionEnds);
      ejectedWhy = null;
      ejectionEndedNs = home.nowNs();
    }
    publish();
  }

  private void onBusyEnds() {
    busyWhy = null;
    publish();
  }

  /**
   * Sets it aside, the n-th time for n times as long.
   *
   * @param answered whether for what it answered, rather than that it did not
   */
  void eject(OutlierSettings settings, String why, boolean answered) {
    long baseNs = settings.baseEjectionTime().toNanos();
    // Good conduct is forgotten as slowly as bad: each span of the first length without ejection
    // takes one back.
    long good = ejections == 0 ? 0 : (home.nowNs() - ejectionEndedNs) / baseNs;
    ejections = (int) Math.max(0, ejections - good) + 1;
    long longest = settings.maxEjectionTime().toNanos() / baseNs;
    long timeNs = ejections > longest ? settings.maxEjectionTime().toNanos() : baseNs * ejections;
    ejectedWhy = why;
    ejectedForAnswers = answered;
    home.timers().schedule(ejectionEnds, timeNs);
    publish();
  }

  private void onEjectionEnds() {
    ejectedWhy = null;
    ejectionEndedNs = home.nowNs();
    publish();
  }

  /** Its host name has no address; null when it has one again. */
  public void unresolved(@Nullable String why) {
    unresolvedWhy = why;
    publish();
  }

  /**
   * It has no room for calls, as it says of itself or as we count.
   *
   * @param why in words; null when it has room
   */
  public void noRoom(@Nullable String why) {
    noRoomWhy = why;
    publish();
  }

  /**
   * It shuts down by itself: no new calls; living ones go on.
   *
   * @param why in words; null when it stays
   */
  public void leaving(@Nullable String why) {
    leavingWhy = why;
    publish();
  }

  /** True when it was drained by {@link #drain}. */
  public boolean drained() {
    return order == Order.DRAINING;
  }

  /** No new calls; living ones go on. */
  public void drain(String why) {
    order(Order.DRAINING, why);
  }

  /** No new calls, and expected to be off. */
  public void maintain(String why) {
    order(Order.MAINTENANCE, why);
  }

  /** Takes back drain and maintenance. */
  public void ready() {
    order(Order.READY, "");
  }

  private void order(Order next, String why) {
    order = next;
    orderWhy = why;
    publish();
  }

  /** Stops its timers; it is published no more. */
  public void stop() {
    home.timers().cancel(busyEnds);
    home.timers().cancel(ejectionEnds);
  }

  private void publish() {
    boolean answersNow = unresolvedWhy == null && checked != Checked.DOWN;
    if (answers && !answersNow) {
      silentNs = home.nowNs();
    }
    answers = answersNow;
    Health before = health;
    boolean was = out;
    boolean is = outForAnswers();
    if (is && !was) {
      outNs = home.nowNs();
      refusedNs = outNs;
    }
    out = is;
    HealthState state = state();
    String reason = reason(state);
    if (state == before.state()) {
      if (!reason.equals(before.reason())) {
        health = new Health(state, before.since(), reason);
      }
      return;
    }
    Health after = new Health(state, Instant.now(), reason);
    health = after;
    listener.onHealth(before, after);
  }

  private boolean outForAnswers() {
    boolean set = ejectedWhy == null ? busyWhy != null : ejectedForAnswers;
    return set
        && order == Order.READY
        && unresolvedWhy == null
        && leavingWhy == null
        && noRoomWhy == null
        && checked != Checked.DOWN
        && checked != Checked.SATURATED;
  }

  private HealthState state() {
    return switch (order) {
      case DRAINING -> HealthState.DRAINING;
      case MAINTENANCE -> HealthState.MAINTENANCE;
      case READY -> unordered();
    };
  }

  private HealthState unordered() {
    if (unresolvedWhy != null) {
      return HealthState.DOWN;
    }
    return switch (checked) {
      case DOWN -> HealthState.DOWN;
      case UNKNOWN, HEALTHY, DEGRADED, SATURATED -> living();
    };
  }

  private HealthState living() {
    if (leavingWhy != null) {
      return HealthState.DRAINING;
    }
    // Its own word is more than what is believed of it.
    if (ejectedWhy != null && !(ejectedForAnswers && noRoomWhy != null)) {
      return HealthState.EJECTED;
    }
    if (noRoomWhy != null || busyWhy != null || checked == Checked.SATURATED) {
      return HealthState.SATURATED;
    }
    return checked == Checked.DEGRADED ? HealthState.DEGRADED : HealthState.HEALTHY;
  }

  private String reason(HealthState state) {
    return switch (state) {
      case HEALTHY, DEGRADED -> checkedWhy;
      case SATURATED ->
          or(noRoomWhy, checked == Checked.SATURATED ? checkedWhy : or(busyWhy, checkedWhy));
      case EJECTED -> or(ejectedWhy, "");
      case DOWN -> or(unresolvedWhy, checkedWhy);
      case DRAINING -> order == Order.DRAINING ? orderWhy : or(leavingWhy, "");
      case MAINTENANCE -> orderWhy;
    };
  }

  private static String or(@Nullable String first, String second) {
    return Objects.requireNonNullElse(first, second);
  }

  private static String checks(int count) {
    return count == 1 ? "1 check" : count + " checks";
  }
}

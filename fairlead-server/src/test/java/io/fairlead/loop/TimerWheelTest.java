// SPDX-License-Identifier: Apache-2.0
package io.fairlead.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimerWheelTest {
  private static final long HOUR = Duration.ofHours(1).toNanos();
  private static final long SECOND = 1_000_000_000L;
  private static final long START = -5_000_000_000_000L;

  private final TimerWheel timers = new TimerWheel(START);
  private final List<String> fired = new ArrayList<>();

  private Timer timer(String name) {
    return Timer.of(() -> fired.add(name));
  }

  @Test
  void firesAtMostOneTickLateAndNeverEarly() {
    timers.schedule(timer("a"), SECOND);
    timers.advance(START + SECOND - 1);
    assertThat(fired).isEmpty();
    timers.advance(START + SECOND + TimerWheel.TICK_NS);
    assertThat(fired).containsExactly("a");
    assertThat(timers.size()).isZero();
    assertThat(timers.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(longs = {38, 39, 40, 78, 79, 100, 1000})
  void keepsDelaysLongerThanTheWheelSpans(long hours) {
    timers.schedule(timer("long"), hours * HOUR);
    for (long now = START; now < START + hours * HOUR; now += 7 * 60 * SECOND) {
      timers.advance(now);
    }
    assertThat(fired).isEmpty();
    timers.advance(START + hours * HOUR + TimerWheel.TICK_NS);
    assertThat(fired).containsExactly("long");
  }

  @Test
  void keepsAShortDelayThatCrossesTheEndOfATurn() {
    long turn = TimerWheel.TICK_NS << 24;
    timers.advance(START + turn - SECOND);
    timers.schedule(timer("short"), 32 * SECOND);
    timers.advance(START + turn + 31 * SECOND - TimerWheel.TICK_NS);
    assertThat(fired).isEmpty();
    timers.advance(START + turn + 31 * SECOND + TimerWheel.TICK_NS);
    assertThat(fired).containsExactly("short");
  }

  @Test
  void neverFiresTheLongestDelay() {
    timers.schedule(timer("never"), Long.MAX_VALUE);
    timers.advance(START + 10_000 * HOUR);
    assertThat(fired).isEmpty();
    assertThat(timers.size()).isEqualTo(1);
  }

  @Test
  void canBeArmedAgainInOnTimer() {
    Timer[] self = new Timer[1];
    self[0] =
        Timer.of(() -> {
          fired.add("x");
          if (fired.size() < 3) {
            timers.schedule(self[0], 0);
          }
        });
    timers.schedule(self[0], 0);
    for (int i = 1; i <= 3; i++) {
      timers.advance(START + i * TimerWheel.TICK_NS);
      assertThat(fired).hasSize(i);
    }
    timers.advance(START + 99 * TimerWheel.TICK_NS);
    assertThat(fired).hasSize(3);
  }

  @Test
  void cancelsASiblingOfTheSameTickInOnTimer() {
    Timer[] pair = new Timer[2];
    pair[0] = Timer.of(() -> timersFired("first", pair[1]));
    pair[1] = Timer.of(() -> timersFired("second", pair[0]));
    timers.schedule(pair[0], SECOND);
    timers.schedule(pair[1], SECOND);
    timers.advance(START + 2 * SECOND);
    assertThat(fired).hasSize(1);
    assertThat(timers.size()).isZero();
  }

  private void timersFired(String name, Timer cancelled) {
    fired.add(name);
    timers.cancel(cancelled);
  }

  @Test
  void armingAgainReplacesTheEarlierTime() {
    Timer timer = timer("a");
    timers.schedule(timer, SECOND);
    timers.schedule(timer, 3 * SECOND);
    timers.advance(START + 2 * SECOND);
    assertThat(fired).isEmpty();
    timers.advance(START + 4 * SECOND);
    assertThat(fired).containsExactly("a");
  }

  @Test
  void losesNoSiblingWhenATimerThrows() {
    for (int i = 0; i < 3; i++) {
      timers.schedule(
          Timer.of(() -> {
            fired.add("thrown");
            throw new IllegalStateException("on purpose");
          }),
          SECOND);
    }
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> timers.advance(START + 2 * SECOND)).hasMessage("on purpose");
    }
    timers.advance(START + 2 * SECOND);
    assertThat(fired).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void doesWhatASortedListWouldDo(long seed) {
    Random random = new Random(seed);
    Model model = new Model();
    long now = START;
    for (int step = 0; step < 20_000; step++) {
      Entry entry = model.entries.get(random.nextInt(model.entries.size()));
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          long delay = delay(random);
          timers.schedule(entry, delay);
          entry.due = now + delay;
        }
        case 2 -> {
          timers.cancel(entry);
          entry.due = Long.MAX_VALUE;
        }
        default -> {
          long deadline = timers.nextDeadlineNs();
          boolean jump = deadline != Long.MAX_VALUE && random.nextBoolean();
          now = jump ? Math.max(now, deadline) : now + delay(random) / 16;
          model.now = now;
          timers.advance(now);
          model.check();
        }
      }
    }
    assertThat(model.firings).isGreaterThan(100);
  }

  private static long delay(Random random) {
    return random.nextLong(1L << (20 + random.nextInt(30)));
  }

  private static final class Entry extends Timer {
    private final Model model;
    private long due = Long.MAX_VALUE;

    Entry(Model model) {
      this.model = model;
    }

    @Override
    protected void onTimer() {
      assertThat(due).as("never early").isLessThanOrEqualTo(model.now);
      due = Long.MAX_VALUE;
      model.firings++;
    }
  }

  private static final class Model {
    private final List<Entry> entries = new ArrayList<>();
    private long now = START;
    private int firings;

    Model() {
      for (int i = 0; i < 60; i++) {
        entries.add(new Entry(this));
      }
    }

    void check() {
      for (Entry entry : entries) {
        assertThat(entry.due).as("at most a tick late").isGreaterThan(now - TimerWheel.TICK_NS);
        assertThat(entry.armed()).isEqualTo(entry.due != Long.MAX_VALUE);
      }
    }
  }
}

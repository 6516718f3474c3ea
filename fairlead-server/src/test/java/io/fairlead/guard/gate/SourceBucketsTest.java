// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.Counter;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Buckets of sources: how much they hold, and who is forgotten. */
class SourceBucketsTest {
  private static final long STEP = 2_000_000_000L / 30;
  private static final long DEPTH = 2_000_000_000L;
  private static final long SECOND = 1_000_000_000L;

  private final Counter forgotten = new Counter();
  private final SourceBuckets buckets = new SourceBuckets(1024, forgotten);

  private int taken(long source, int offered, long nowNs) {
    int taken = 0;
    for (int i = 0; i < offered; i++) {
      taken += buckets.take(source, nowNs, STEP, DEPTH) ? 1 : 0;
    }
    return taken;
  }

  // The clock of a machine begins anywhere, below zero too.
  @ParameterizedTest
  @ValueSource(longs = {0, SECOND, -SECOND, Long.MAX_VALUE - 60 * SECOND, Long.MIN_VALUE + SECOND})
  void holdsItsDepthAndThenWhatTimeGivesBack(long startNs) {
    assertThat(taken(1, 100, startNs)).isEqualTo(30);
    assertThat(taken(1, 100, startNs + SECOND)).isBetween(14, 15);
    assertThat(taken(1, 100, startNs + 10 * SECOND)).isEqualTo(30);
    assertThat(taken(2, 1, startNs)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"15, 600", "30, 630"})
  void passesTheRateInTheLongRun(int perSecond, int most) {
    int passed = 0;
    for (int i = 0; i < perSecond * 40; i++) {
      passed += buckets.take(7, i * SECOND / perSecond, STEP, DEPTH) ? 1 : 0;
    }
    assertThat(passed).isBetween(most - 15, most);
  }

  @Test
  void aChargeMayOverfillItButNotForLong() {
    for (int i = 0; i < 10_000; i++) {
      buckets.charge(1, 0, STEP, DEPTH);
    }
    assertThat(buckets.isFull(1, 0, STEP, DEPTH)).isTrue();
    assertThat(buckets.isFull(1, 2 * SECOND - STEP, STEP, DEPTH)).isTrue();
    assertThat(buckets.isFull(1, 2 * SECOND + 2 * STEP, STEP, DEPTH)).isFalse();
    assertThat(buckets.isFull(2, 0, STEP, DEPTH)).isFalse();
  }

  @Test
  void aMarkLastsItsTimeAndAShorterOneDoesNotCutIt() {
    buckets.mark(1, 0, 10 * SECOND);
    buckets.mark(1, SECOND, SECOND);

    assertThat(buckets.isMarked(1, 9 * SECOND)).isTrue();
    assertThat(buckets.isMarked(1, 11 * SECOND)).isFalse();
    buckets.mark(1, 0, 10 * SECOND);
    buckets.clear(1);
    assertThat(buckets.isMarked(1, SECOND)).isFalse();
  }

  @Test
  void aFloodOfInventedSourcesNeitherForgetsWhoOwesMuchNorRefusesWhoOwesNothing() {
    SplittableRandom random = new SplittableRandom(1);
    taken(42, 30, 0);
    int refusedStrangers = 0;
    for (int i = 0; i < 200_000; i++) {
      refusedStrangers += buckets.take(random.nextLong(), i * 1000L, STEP, DEPTH) ? 0 : 1;
    }
    long end = 200_000_000L;
    // 0.2 s have given three back.
    assertThat(taken(42, 30, end)).isLessThanOrEqualTo(4);
    assertThat(refusedStrangers).isLessThan(5);
    assertThat(forgotten.value()).isPositive();
    assertThat(taken(43, 30, end)).isEqualTo(30);
  }

  @Test
  void forgetsNothingThatIsOwedWhileThereIsRoom() {
    for (int source = 0; source < 200; source++) {
      taken(source, 30, 0);
    }
    assertThat(forgotten.value()).isZero();
    assertThat(buckets.used(0)).isEqualTo(200);
    assertThat(buckets.used(3 * SECOND)).isZero();
    for (int source = 0; source < 200; source++) {
      assertThat(buckets.take(source, 0, STEP, DEPTH)).isFalse();
    }
  }
}

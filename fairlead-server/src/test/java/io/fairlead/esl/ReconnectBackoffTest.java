// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ReconnectBackoffTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void doublesTheBoundUpToTheLongest() {
    long[] most = new long[8];
    for (int seed = 0; seed < 2000; seed++) {
      ReconnectBackoff backoff = backoff(seed);
      for (int i = 0; i < most.length; i++) {
        most[i] = Math.max(most[i], backoff.next());
      }
    }

    int[] bounds = {1, 2, 4, 8, 16, 30, 30, 30};
    assertThat(IntStream.range(0, bounds.length).mapToObj(i -> most[i] / (bounds[i] * 1e9)))
        .allMatch(share -> share > 0.98 && share <= 1);
  }

  @Test
  void spreadsOverTheWholeTime() {
    double mean =
        LongStream.range(0, 2000).map(seed -> backoff(seed).next()).average().orElseThrow();

    assertThat(mean).isBetween(0.45e9, 0.55e9);
  }

  @Test
  void beginsAnewAfterReset() {
    ReconnectBackoff backoff = backoff(1);
    for (int i = 0; i < 10; i++) {
      backoff.next();
    }

    backoff.reset();

    assertThat(backoff.next()).isLessThanOrEqualTo(SECOND.toNanos());
  }

  private static ReconnectBackoff backoff(long seed) {
    return new ReconnectBackoff(SECOND, Duration.ofSeconds(30), new SplittableRandom(seed));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NonceMemoryTest {
  @Test
  void knowsNoNonceFromBeforeItsTime() {
    NonceMemory memory = new NonceMemory(16, 1000);

    assertThat(memory.accept(1, 999, 1, 0, 1000)).isFalse();
    assertThat(memory.accept(1, 1000, 1, 0, 1000)).isTrue();
  }

  @Test
  void holdsCountsAbove31Bits() {
    NonceMemory memory = new NonceMemory(16, 0);

    assertThat(memory.accept(1, 0, 0xfffffffeL, 5, 0)).isTrue();
    assertThat(memory.accept(1, 0, 1, 6, 0)).isFalse();
    assertThat(memory.accept(1, 0, 0xffffffffL, 7, 0)).isTrue();
  }

  /** Against a map that forgets nothing: no count is accepted twice, and none is lost early. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void acceptsNothingTwiceAndForgetsOnlyTheOldest(long seed) {
    Random random = new Random(seed);
    int limit = 256;
    NonceMemory memory = new NonceMemory(limit, 0);
    Map<Long, Long> highest = new HashMap<>();
    for (long round = 0; round < 200_000; round++) {
      // Numbers that fall into few slots, so that runs form, grow and are cut.
      long made = round / 100;
      long number =
          random.nextInt(4) == 0 ? round : round - random.nextLong(Math.min(round + 1, 600));
      long age = made - number / 100;
      long count = 1L + random.nextInt(4);
      boolean again = count <= highest.getOrDefault(number, 0L);

      boolean accepted = memory.accept(number, number / 100, count, round, made);

      assertThat(accepted && again).isFalse();
      if (age == 0 && !again && highest.containsKey(number)) {
        assertThat(accepted).as("round %d", round).isTrue();
      }
      if (accepted) {
        highest.merge(number, count, Math::max);
      }
      assertThat(memory.size()).isLessThanOrEqualTo(limit);
    }
    assertThat(memory.size()).isBetween(limit - 1, limit);
  }
}

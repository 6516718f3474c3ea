// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** How many users a source tried. */
class TriedUsersTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long WINDOW = 60 * SECOND;

  private final TriedUsers tried = new TriedUsers();

  private int triesUntil(long source, int bits, int users) {
    for (int n = 1; n <= 1000; n++) {
      if (tried.tried(source, n % users, SECOND, WINDOW) >= bits) {
        return n;
      }
    }
    return -1;
  }

  @Test
  void tellsManyUsersFromFewAskedOften() {
    assertThat(triesUntil(1, TriedUsers.bits(20), 10)).isEqualTo(-1);
    assertThat(triesUntil(2, TriedUsers.bits(20), 1000)).isBetween(17, 32);
  }

  @Test
  void forgetsWithTheWindow() {
    for (int user = 0; user < 15; user++) {
      tried.tried(1, user, SECOND, WINDOW);
    }
    assertThat(tried.tried(1, 0, SECOND + WINDOW, WINDOW)).isEqualTo(1);
  }

  @Test
  void isClearedByWhoIsNoScanner() {
    for (int user = 0; user < 15; user++) {
      tried.tried(1, user, SECOND, WINDOW);
    }
    tried.clear(1);
    assertThat(tried.tried(1, 0, SECOND, WINDOW)).isEqualTo(1);
  }

  @Test
  void staysAsLargeAsItIs() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100_000; i++) {
      assertThat(tried.tried(random.nextLong(), i, SECOND + i, WINDOW)).isLessThan(3);
    }
  }
}

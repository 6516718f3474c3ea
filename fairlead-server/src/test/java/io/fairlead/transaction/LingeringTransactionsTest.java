// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.loop.ManualLoop;
import io.fairlead.loop.TimerWheel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LingeringTransactionsTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long LATE_NS = 100_000_000L + 2 * TimerWheel.TICK_NS;

  private final ManualLoop loop = new ManualLoop();
  private final LingeringTransactions lingering = new LingeringTransactions(loop, 2 * SECOND_NS);
  private final List<Long> added = new ArrayList<>();
  private final List<Integer> left = new ArrayList<>();

  private void add() {
    int number = added.size();
    long at = loop.nowNs();
    added.add(at);
    lingering.add(() -> {
      left.add(number);
      assertThat(loop.nowNs() - at).isBetween(2 * SECOND_NS, 2 * SECOND_NS + LATE_NS);
    });
  }

  @Test
  void aLoneOneLeavesAtItsTime() {
    add();
    loop.advanceMs(1990);
    assertThat(left).isEmpty();
    loop.advanceMs(20);
    assertThat(left).containsExactly(0);
    assertThat(loop.timers().size()).isZero();
  }

  @Test
  void allLeaveInOrderNeverEarlyAndHardlyLate() {
    for (int i = 0; i < 5000; i++) {
      add();
      loop.advanceMs(i % 1000 == 999 ? 700 : 1);
    }
    loop.advanceMs(3000);
    assertThat(left).hasSize(5000).isSorted();
    assertThat(loop.timers().size()).isZero();
  }

  @Test
  void oneTimerServesAll() {
    for (int i = 0; i < 1000; i++) {
      add();
    }
    assertThat(loop.timers().size()).isEqualTo(1);
  }

  @Test
  void whoComesWhileOthersLeaveStays() {
    List<String> seen = new ArrayList<>();
    lingering.add(() -> lingering.add(() -> seen.add("second")));
    loop.advanceMs(2100);
    assertThat(seen).isEmpty();
    loop.advanceMs(2200);
    assertThat(seen).containsExactly("second");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.net.SourceKey;
import io.fairlead.observe.Meter;
import io.fairlead.transport.SourceVerdict;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FloodReliefTest {
  private final Gates rig = new Gates(Gates.settings("30/2s", FloodExemption.REGISTERED, Map.of()));
  private final List<Long> muted = new ArrayList<>();
  private final List<Integer> times = new ArrayList<>();

  FloodReliefTest() {
    rig.gate.muting((source, ms) -> {
      times.add(ms);
      return muted.add(source);
    });
  }

  private static InetAddress source(int number) {
    return InetAddress.ofLiteral("203.0.113." + number);
  }

  private SourceVerdict message(InetAddress source, boolean connected, long nowNs) {
    return rig.gate.message(SourceKey.upper(source), SourceKey.lower(source), connected, nowNs);
  }

  @Test
  void leavesFewToNobodyElse() {
    for (int i = 0; i < 1000; i++) {
      message(source(1), false, i * 1_000_000L);
    }
    assertThat(rig.meters.counter(Meter.GUARD_DROPPED, "flood").value()).isPositive();
    assertThat(muted).isEmpty();
  }

  @Test
  void leavesSourcesOverTheirBudgetToTheKernelDuringAFlood() {
    for (int i = 0; i < 50_000; i++) {
      message(source(1 + i % 10), false, i * 10_000L);
    }
    assertThat(muted).hasSize(10).doesNotHaveDuplicates();
    assertThat(times).allSatisfy(ms -> assertThat(ms).isBetween(500, 1500));
  }

  @Test
  void sparesConnectionsAndTheTrusted() {
    InetAddress allowed = InetAddress.ofLiteral("198.51.100.1");
    for (int i = 0; i < 50_000; i++) {
      message(allowed, false, i * 10_000L);
      message(source(1), true, i * 10_000L);
    }
    assertThat(muted).isEmpty();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What lingers must be small: at 1000 calls a second, a hundred thousand transactions do. */
class TransactionMemoryTest {
  private static final int COUNT = 100_000;

  @Test
  void anAcceptedInviteServerHoldsAlmostNothing() {
    assertThat(
            bytesEach((rig, i) -> {
              rig.branch = "z9hG4bK-peer-" + i;
              rig.act("INVITE 180 200");
            }))
        .isBetween(40L, 220L);
  }

  @Test
  void aCompletedNonInviteServerHoldsOneResponse() {
    assertThat(
            bytesEach((rig, i) -> {
              rig.branch = "z9hG4bK-peer-" + i;
              rig.act("OPTIONS 200");
            }))
        .isBetween(40L, 380L);
  }

  @Test
  void anAcceptedInviteClientHoldsAlmostNothing() {
    assertThat(bytesEach((rig, i) -> rig.act("start-INVITE 180 200"))).isBetween(40L, 220L);
  }

  @Test
  void aCompletedNonInviteClientHoldsAlmostNothing() {
    assertThat(bytesEach((rig, i) -> rig.act("start-OPTIONS 200"))).isBetween(40L, 220L);
  }

  private interface Step {
    void run(TransactionRig rig, int i);
  }

  private static long bytesEach(Step step) {
    TransactionRig rig = new TransactionRig("udp");
    step.run(rig, -1);
    long before = used();
    for (int i = 0; i < COUNT; i++) {
      step.run(rig, i);
      rig.told.clear();
      rig.flow.sent().clear();
    }
    long each = (used() - before) / COUNT;
    assertThat(rig.table.servers() + rig.table.clients()).isEqualTo(COUNT + 1);
    return each;
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Runs one row of a machine's table. Immutable. */
final class MachineRows {
  /** A timer fires up to one tick late, and the tests look once a millisecond. */
  private static final long LATE_MS = 10;

  private MachineRows() {}

  static void check(
      String transport, String given, String event, String sends, String tells, String next) {
    TransactionRig rig = new TransactionRig(transport);
    rig.act(given);
    rig.told.clear();
    // What is undeliverable is the last thing sent, so it must still be there.
    if (!event.equals("broken")) {
      rig.flow.take();
    }
    int before = rig.flow.sent().size();
    rig.act(event);
    for (int i = 0; i < before; i++) {
      rig.flow.sent().removeFirst();
    }
    assertThat(rig.sends()).as("sends").isEqualTo(sends);
    assertThat(rig.tells()).as("tells").isEqualTo(tells);
    assertThat(rig.state()).as("next state").isEqualTo(next);
    boolean alive = rig.table.servers() + rig.table.clients() > 0;
    assertThat(alive || next.equals("TERMINATED")).as("in the table unless terminated").isTrue();
    if (next.equals("TERMINATED")) {
      assertThat(rig.client == null ? rig.server().armed() : rig.client().armed())
          .as("armed")
          .isFalse();
    }
  }

  static void checkGaps(List<Long> gaps, long... expected) {
    assertThat(gaps).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(gaps.get(i)).as("gap " + i).isBetween(expected[i], expected[i] + LATE_MS);
    }
  }
}

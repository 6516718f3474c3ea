// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.pool.Backend;
import io.fairlead.pool.Drain;
import io.fairlead.pool.DrainOrder;
import io.fairlead.pool.health.HealthState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A backend is drained while it has real calls. */
class DrainScenarioTest {
  private static final DrainOrder TWO_MINUTES =
      new DrainOrder(Duration.ofMinutes(2), DrainOrder.Then.MAINTENANCE, DrainOrder.Rest.LEAVE);

  private final ServerRig rig = ServerRig.serial();
  private final FakePhone phone = rig.phone();

  @Test
  void livingCallsGoOnAndNewOnesGoElsewhere() {
    List<Leg> calls = calls(3);
    assertThat(rig.load(1)).isEqualTo(3);
    drain(TWO_MINUTES);
    Leg next = calls(1).getFirst();
    assertThat(rig.load(1)).isEqualTo(3);
    assertThat(rig.load(2)).isEqualTo(1);

    rig.net.runMs(30_000);
    assertThat(progress().startedWith()).isEqualTo(3);
    assertThat(progress().left()).isEqualTo(3);
    assertThat(progress().longest()).isBetween(Duration.ofSeconds(29), Duration.ofSeconds(32));

    calls.getFirst().bye();
    rig.net.runMs(2000);
    assertThat(rig.backend(1).requests("BYE")).isEqualTo(1);
    assertThat(progress().left()).isEqualTo(2);

    calls.get(1).bye();
    calls.get(2).bye();
    rig.net.runMs(2000);
    assertThat(progress().phase()).isEqualTo(Drain.Phase.DRAINED);
    assertThat(b1().health().state()).isEqualTo(HealthState.MAINTENANCE);
    next.bye();
    rig.net.runMs(100);
    rig.assertEmpty();
  }

  @Test
  void theDeadlineComesThoughThePlanWasReloaded() {
    Leg call = calls(1).getFirst();
    Backend before = b1();
    drain(TWO_MINUTES);
    rig.net.runMs(60_000);
    rig.house.reload(ServerRig.plan(ServerRig.farmYaml("balance: least-calls")));
    rig.net.runMs(59_000);
    assertThat(b1()).isSameAs(before);
    assertThat(b1().health().state()).isEqualTo(HealthState.DRAINING);
    rig.net.runMs(2000);
    assertThat(b1().health().state()).isEqualTo(HealthState.MAINTENANCE);
    assertThat(progress().phase()).isEqualTo(Drain.Phase.OVERDUE);
    call.bye();
    rig.net.runMs(2000);
    assertThat(progress().phase()).isEqualTo(Drain.Phase.DRAINED);
    rig.assertEmpty();
  }

  @Test
  void oneTakenBackGetsCallsAgain() {
    Leg first = calls(1).getFirst();
    drain(TWO_MINUTES);
    b1().ready();
    rig.net.runMs(10);
    Leg second = calls(1).getFirst();
    assertThat(rig.load(1)).isEqualTo(2);
    first.bye();
    second.bye();
    rig.net.runMs(100);
    rig.assertEmpty();
  }

  private List<Leg> calls(int count) {
    List<Leg> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      calls.add(phone.invite());
      rig.net.runMs(200);
      assertThat(calls.getLast().statuses("INVITE")).endsWith(200);
    }
    return calls;
  }

  private void drain(DrainOrder order) {
    b1().drain(order);
    rig.net.runMs(10);
  }

  private Backend b1() {
    return Objects.requireNonNull(
        Objects.requireNonNull(rig.house.pools().get("farm")).backend("b1"));
  }

  private Drain.Progress progress() {
    return Objects.requireNonNull(b1().draining()).progress();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.dialog.CountedCall;
import io.fairlead.esl.EslReply;
import io.fairlead.observe.Meter;
import io.fairlead.pool.Drain.Phase;
import io.fairlead.pool.Drain.Progress;
import io.fairlead.pool.DrainOrder.Rest;
import io.fairlead.pool.DrainOrder.Then;
import io.fairlead.pool.health.HealthState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DrainTest {
  private static final String[] TWO = {"health: off", PoolRig.backends(2, "")};
  private static final Duration HOUR = Duration.ofHours(1);

  private final PoolRig farm = PoolRig.seeded(1, 2, TWO);
  private final Backend b1 = farm.backend("b1");
  private final Deque<CallSlot> calls = new ArrayDeque<>();

  @Test
  void countsWhatIsLeftOfHowMany() {
    calls(10);
    order(DrainOrder.PLAIN);
    pass(5);
    end(4);
    pass(1);

    assertThat(progress().phase()).isEqualTo(Phase.DRAINING);
    assertThat(progress().startedWith()).isEqualTo(10);
    assertThat(progress().left()).isEqualTo(6);
    assertThat(progress().elapsed()).isEqualTo(Duration.ofSeconds(6));
    assertThat(progress().untilDeadline()).isNull();
    assertThat(farm.state("b1")).isEqualTo(HealthState.DRAINING);
    assertThat(farm.pool().pick(0, 1, List.of())).isNotEqualTo(b1);
  }

  @Test
  void knowsTheLongestCallOnWhateverLoop() {
    pass(100);
    CallSlot longest = b1.occupy(1, CountedCall.NOBODY, farm.loop.nowNs());
    pass(20);
    CallSlot younger = b1.occupy(0, CountedCall.NOBODY, farm.loop.nowNs());
    CallSlot youngest = b1.occupy(0, CountedCall.NOBODY, farm.loop.nowNs());
    pass(30);
    order(DrainOrder.PLAIN);
    assertThat(progress().longest()).isEqualTo(Duration.ofSeconds(50));

    longest.release();
    pass(1);
    assertThat(progress().longest()).isEqualTo(Duration.ofSeconds(31));
    youngest.release();
    pass(1);
    assertThat(progress().longest()).isEqualTo(Duration.ofSeconds(32));
    younger.release();
    assertThat(b1.calls().longestNs(farm.loop.nowNs())).isZero();
  }

  @Test
  void expectsNothingBeforeCallsHaveEnded() {
    calls(10);
    order(DrainOrder.PLAIN);
    pass(600);
    assertThat(progress().untilLast()).isNull();
    end(2);
    pass(1);
    assertThat(progress().untilLast()).isNull();
    end(1);
    pass(1);
    assertThat(progress().untilLast()).isNotNull();
  }

  @Test
  void expectsTheEndFromHowFastCallsEnd() {
    calls(1000);
    order(DrainOrder.PLAIN);
    // Of those that live, one in a hundred ends each second: the mean left is 100 s.
    for (int second = 0; second < 200; second++) {
      end((int) Math.round(calls.size() / 100.0));
      pass(1);
    }
    int left = progress().left();
    double harmonic = 0;
    for (int i = 1; i <= left; i++) {
      harmonic += 1.0 / i;
    }
    assertThat(left).isBetween(120, 145);
    assertThat(Objects.requireNonNull(progress().untilLast()).toSeconds())
        .isBetween((long) (harmonic * 90), (long) (harmonic * 110));
  }

  @Test
  void isDrainedWhenTheLastCallHasEnded() {
    calls(2);
    order(new DrainOrder(HOUR, Then.NOTIFY, Rest.LEAVE));
    end(2);
    pass(1);
    assertThat(progress().phase()).isEqualTo(Phase.DRAINED);
    assertThat(progress().untilLast()).isZero();
    pass(2 * 3600);
    assertThat(overdue()).isZero();
    assertThat(farm.state("b1")).isEqualTo(HealthState.DRAINING);
  }

  @Test
  void oneWithoutCallsIsDrainedAtOnceAndGoesToMaintenance() {
    order(new DrainOrder(null, Then.MAINTENANCE, Rest.LEAVE));
    assertThat(progress().phase()).isEqualTo(Phase.DRAINED);
    assertThat(farm.state("b1")).isEqualTo(HealthState.MAINTENANCE);
    assertThat(b1.health().reason()).isEqualTo("by order, after draining");
  }

  @Test
  void tellsOfTheDeadlineAndLeavesTheCallsAlone() {
    calls(3);
    order(new DrainOrder(HOUR, Then.NOTIFY, Rest.LEAVE));
    pass(3599);
    assertThat(progress().untilDeadline()).isEqualTo(Duration.ofSeconds(1));
    assertThat(overdue()).isZero();
    pass(2);
    assertThat(progress().phase()).isEqualTo(Phase.OVERDUE);
    assertThat(progress().untilDeadline()).isZero();
    assertThat(overdue()).isEqualTo(1);
    assertThat(b1.load()).isEqualTo(3);
    assertThat(farm.state("b1")).isEqualTo(HealthState.DRAINING);
    pass(3600);
    assertThat(overdue()).isEqualTo(1);
    end(3);
    pass(1);
    assertThat(progress().phase()).isEqualTo(Phase.DRAINED);
  }

  @Test
  void goesToMaintenanceAtTheDeadline() {
    calls(3);
    order(new DrainOrder(HOUR, Then.MAINTENANCE, Rest.LEAVE));
    pass(3599);
    assertThat(farm.state("b1")).isEqualTo(HealthState.DRAINING);
    pass(2);
    assertThat(farm.state("b1")).isEqualTo(HealthState.MAINTENANCE);
    assertThat(progress().left()).isEqualTo(3);
  }

  @Test
  void hasTheBackendEndTheCallsThatAreLeft() {
    List<Consumer<EslReply>> asked = new ArrayList<>();
    b1.callEnder(asked::add);
    calls(3);
    order(new DrainOrder(HOUR, Then.NOTIFY, Rest.BYE));
    pass(3590);
    assertThat(asked).isEmpty();
    pass(11);
    assertThat(asked).hasSize(1);
    asked.getFirst().accept(new EslReply.Failed("not connected"));
    pass(10);
    assertThat(asked).as("asked again as long as calls are left").hasSize(2);
    asked.getLast().accept(new EslReply.Text("+OK hupall\n"));
    end(3);
    pass(60);
    assertThat(asked).hasSize(2);
    assertThat(progress().phase()).isEqualTo(Phase.DRAINED);
  }

  @Test
  void goesOnOverAReload() {
    calls(4);
    order(new DrainOrder(HOUR, Then.MAINTENANCE, Rest.LEAVE));
    pass(1800);
    end(1);
    farm.reload("health: off", "balance: least-calls", PoolRig.backends(3, ""));
    assertThat(farm.backend("b1")).isSameAs(b1);
    pass(10);
    assertThat(progress().startedWith()).isEqualTo(4);
    assertThat(progress().left()).isEqualTo(3);
    assertThat(farm.state("b1")).isEqualTo(HealthState.DRAINING);
    pass(1791);
    assertThat(farm.state("b1")).isEqualTo(HealthState.MAINTENANCE);
    assertThat(overdue()).isEqualTo(1);
  }

  @Test
  void isTakenBack() {
    calls(1);
    order(new DrainOrder(HOUR, Then.MAINTENANCE, Rest.LEAVE));
    pass(10);
    b1.ready();
    farm.loop.runCommands();
    assertThat(b1.draining()).isNull();
    pass(4000);
    assertThat(farm.state("b1")).isEqualTo(HealthState.HEALTHY);
    assertThat(overdue()).isZero();
  }

  @Test
  void anotherOrderTakesItsPlaceAndKeepsTheCount() {
    calls(5);
    order(new DrainOrder(HOUR, Then.MAINTENANCE, Rest.LEAVE));
    pass(1800);
    end(2);
    order(new DrainOrder(Duration.ofHours(2), Then.NOTIFY, Rest.LEAVE));
    pass(3600);
    assertThat(progress().startedWith()).isEqualTo(5);
    assertThat(progress().left()).isEqualTo(3);
    assertThat(progress().elapsed()).isEqualTo(Duration.ofMinutes(90));
    assertThat(progress().untilDeadline()).isEqualTo(HOUR);
    assertThat(overdue()).isZero();
  }

  @Test
  void endsWithABackendThatIsGone() {
    calls(1);
    order(new DrainOrder(HOUR, Then.MAINTENANCE, Rest.LEAVE));
    farm.reload("health: off", "backends: [{name: b2, uri: 'sip:10.0.0.3'}]");
    pass(10);
    assertThat(progress().left()).isEqualTo(1);
    end(1);
    pass(3);
    assertThat(b1.draining()).isNull();
    pass(4000);
    assertThat(overdue()).isZero();
  }

  @Test
  void countsCallsPerSecond() {
    for (int second = 0; second < 60; second++) {
      for (int i = 0; i < 10; i++) {
        farm.picked(i, List.of());
      }
      pass(1);
    }
    double both = b1.callsPerSecond() + farm.backend("b2").callsPerSecond();
    assertThat(both).isBetween(9.9, 10.1);
    pass(60);
    assertThat(b1.callsPerSecond()).isLessThan(0.01);
  }

  private void calls(int count) {
    for (int i = 0; i < count; i++) {
      calls.add(b1.occupy(i % 2, CountedCall.NOBODY, farm.loop.nowNs()));
    }
  }

  private void end(int count) {
    for (int i = 0; i < count; i++) {
      calls.remove().release();
    }
  }

  private void order(DrainOrder order) {
    b1.drain(order);
    farm.loop.runCommands();
  }

  private void pass(int seconds) {
    farm.loop.advance(Duration.ofSeconds(seconds));
  }

  private Progress progress() {
    Drain drain = Objects.requireNonNull(b1.draining());
    drain.look();
    return drain.progress();
  }

  private long overdue() {
    return farm.meters.counter(Meter.POOL_DRAINS_OVERDUE, "farm", "b1").value();
  }
}

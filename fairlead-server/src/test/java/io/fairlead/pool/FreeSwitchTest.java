// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.esl.EslSessionError;
import io.fairlead.esl.FakeEsl;
import io.fairlead.observe.Meter;
import io.fairlead.pool.freeswitch.HeartbeatFigures;
import io.fairlead.pool.health.HealthState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What event sockets tell, and what becomes of it, in virtual time. */
class FreeSwitchTest {
  private static final String ESL = "esl: { password: \"ClueCon\" }";
  private final PoolRig farm = PoolRig.of(ESL, PoolRig.backends(3, ""));
  private final FakeEsl.Session b1 = farm.esl.of("b1");

  FreeSwitchTest() {
    b1.connect().beats(Duration.ofSeconds(20));
    farm.loop.advanceMs(2000);
  }

  private HeartbeatFigures figures() {
    return Objects.requireNonNull(farm.backend("b1").figures());
  }

  private HealthState state() {
    return farm.state("b1");
  }

  private String reason() {
    return farm.backend("b1").health().reason();
  }

  @Test
  void connectsToTheBackendsAddressOrWhereItIsTold() {
    PoolRig told =
        PoolRig.of("esl: { password: x, host: 10.9.9.9, port: 8022 }", PoolRig.backends(1, ""));
    assertThat(b1.target().address()).hasToString("/10.0.0.2:8021");
    assertThat(told.esl.of("b1").target().address()).hasToString("/10.9.9.9:8022");
  }

  @Test
  void publishesWhatTheHeartbeatSays() {
    b1.figures.put("Session-Count", "12");
    farm.backend("b1").occupy(0);
    farm.loop.advance(Duration.ofSeconds(20));

    assertThat(figures().switchname()).isEqualTo("b1");
    assertThat(figures().coreUuid()).isEqualTo("core-1");
    assertThat(figures().version()).isEqualTo("1.11.1-release");
    assertThat(figures().sessions()).isEqualTo(12);
    assertThat(figures().maxSessions()).isEqualTo(2000);
    assertThat(figures().sessionsPerSecondLeft()).isEqualTo(500);
    assertThat(figures().idleCpu()).isEqualTo(97.5);
    assertThat(figures().liveAtBeat()).isEqualTo(1);
    assertThat(figures().intervalNs()).isEqualTo(Duration.ofSeconds(20).toNanos());
    assertThat(figures().stale()).isFalse();
    assertThat(figures().sessionsWith(4)).isEqualTo(15);
  }

  @Test
  void takesFiguresThatAreNoNumbersAsNotSaid() {
    b1.figures.put("Session-Count", "many");
    b1.figures.put("Max-Sessions", "99999999999999");
    b1.figures.put("Session-Per-Sec", "");
    b1.figures.put("Idle-CPU", "1e400");
    b1.beat();
    farm.loop.runCommands();

    assertThat(figures().sessions()).isZero();
    assertThat(figures().maxSessions()).isEqualTo(Integer.MAX_VALUE);
    assertThat(figures().sessionsPerSecondLeft()).isEqualTo(-1);
    assertThat(figures().idleCpu()).isEqualTo(100);
    assertThat(state()).isEqualTo(HealthState.HEALTHY);
  }

  @Test
  void aPausedOneIsOutWithinOnePollAndBackWithinOne() {
    b1.answers.put("fsctl pause_check inbound", "true");
    farm.loop.advance(Duration.ofSeconds(5));
    assertThat(farm.changes)
        .containsExactly("b1 HEALTHY -> SATURATED: paused: fsctl pause_check inbound is true");
    assertThat(farm.pool().available()).extracting(Backend::name).containsExactly("b2", "b3");

    b1.answers.put("fsctl pause_check inbound", "false");
    farm.loop.advance(Duration.ofSeconds(5));
    assertThat(farm.changes).hasSize(2).last().asString().startsWith("b1 SATURATED -> HEALTHY");
  }

  @Test
  void isAskedAtOnceWhenItRefusedACall() {
    b1.answers.put("fsctl pause_check inbound", "true");
    farm.answers(farm.backend("b1"), 503, "Retry-After: 300");
    farm.loop.runCommands();
    assertThat(reason()).isEqualTo("paused: fsctl pause_check inbound is true");
  }

  @Test
  void isNotAskedForEachRefusedCall() {
    int before = b1.asked("fsctl pause_check inbound");
    for (int i = 0; i < 1000; i++) {
      farm.answers(farm.backend("b1"), 503, "Retry-After: 300");
      farm.loop.advanceMs(1);
    }
    assertThat(b1.asked("fsctl pause_check inbound") - before).isEqualTo(1);
    farm.loop.advanceMs(1100);
    assertThat(b1.asked("fsctl pause_check inbound") - before).isEqualTo(2);
  }

  @Test
  void anAnswerThatSaysNeitherChangesNothing() {
    b1.answers.put("fsctl pause_check inbound", "true");
    farm.loop.advance(Duration.ofSeconds(5));
    b1.answers.put("fsctl pause_check inbound", "-ERR nosuch Command not found!\n");
    farm.loop.advance(Duration.ofSeconds(30));
    assertThat(state()).isEqualTo(HealthState.SATURATED);
  }

  @Test
  void aFullOneHasRoomAgainAsSoonAsOneOfOurCallsEnds() {
    List<CallSlot> calls = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      calls.add(farm.backend("b1").occupy(0));
    }
    b1.figures.put("Session-Count", "2000");
    b1.beat();
    farm.loop.runCommands();
    assertThat(state()).isEqualTo(HealthState.SATURATED);
    assertThat(reason()).isEqualTo("full: 2000 of 2000 sessions");

    calls.getFirst().release();
    farm.loop.advanceMs(1000);
    assertThat(state()).isEqualTo(HealthState.HEALTHY);

    calls.add(farm.backend("b1").occupy(0));
    farm.loop.advanceMs(1000);
    assertThat(reason()).isEqualTo("full: 2000 of 2000 sessions");
    b1.figures.put("Session-Count", "1999");
    farm.loop.advance(Duration.ofSeconds(20));
    assertThat(state()).isEqualTo(HealthState.HEALTHY);
  }

  @Test
  void oneOverItsSessionRateIsOutForASecond() {
    b1.figures.put("Session-Per-Sec", "0");
    b1.beat();
    farm.loop.runCommands();
    assertThat(reason()).startsWith("over its session rate");
    farm.loop.advanceMs(2000);
    assertThat(state()).isEqualTo(HealthState.HEALTHY);
  }

  @Test
  void figuresAreStaleAfterTwoAndAHalfHeartbeatsAndOwnCallsRule() {
    b1.figures.put("Session-Count", "2000");
    farm.loop.advance(Duration.ofSeconds(20));
    assertThat(state()).isEqualTo(HealthState.SATURATED);
    b1.silence();
    farm.loop.advance(Duration.ofMillis(47_900));
    assertThat(figures().stale()).isFalse();
    farm.loop.advanceMs(200);

    assertThat(figures().stale()).isTrue();
    assertThat(figures().maxSessions()).isEqualTo(2000);
    assertThat(figures().sessionsWith(7)).isEqualTo(7);
    assertThat(state()).isEqualTo(HealthState.HEALTHY);
    assertThat(farm.pool().pick(0, 1, List.of(farm.backend("b2"), farm.backend("b3")))).isNotNull();
  }

  @Test
  void ownCallsFillTheCapacityOfStaleFigures() {
    b1.figures.put("Max-Sessions", "3");
    b1.beat();
    b1.silence();
    farm.loop.advance(Duration.ofMinutes(2));
    for (int i = 0; i < 3; i++) {
      farm.backend("b1").occupy(0);
    }
    farm.loop.advanceMs(1000);
    assertThat(reason()).isEqualTo("full: 3 of 3 sessions");
  }

  @ParameterizedTest
  @CsvSource({"5, 13", "60, 151"})
  void learnsTheIntervalFromTwoHeartbeats(int seconds, int deadline) {
    PoolRig other = PoolRig.of(ESL, PoolRig.backends(1, ""));
    FakeEsl.Session session = other.esl.of("b1").connect();
    session.beats(Duration.ofSeconds(seconds));
    other.loop.advance(Duration.ofSeconds(seconds + 1));
    Backend backend = other.backend("b1");
    assertThat(Objects.requireNonNull(backend.figures()).intervalNs())
        .isEqualTo(Duration.ofSeconds(seconds).toNanos());
    session.silence();
    other.loop.advance(Duration.ofSeconds(deadline - 3));
    assertThat(Objects.requireNonNull(backend.figures()).stale()).isFalse();
    other.loop.advance(Duration.ofSeconds(2));
    assertThat(Objects.requireNonNull(backend.figures()).stale()).isTrue();
  }

  @Test
  void believesTheIntervalThatAHeaderAnnounces() {
    b1.figures.put("Heartbeat-Interval", "3");
    b1.beat();
    farm.loop.runCommands();
    assertThat(figures().intervalNs()).isEqualTo(Duration.ofSeconds(3).toNanos());
  }

  @ParameterizedTest
  @EnumSource(EslSessionError.class)
  void aCutMakesFiguresStaleAtOnceAndIsCounted(EslSessionError problem) {
    b1.fail(problem, "because");
    b1.fail(problem, "because");
    farm.loop.runCommands();
    assertThat(figures().stale()).isTrue();
    assertThat(Objects.requireNonNull(farm.backend("b1").link()).problem()).isEqualTo(problem);
    String reason = problem.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    assertThat(farm.meters.counter(Meter.POOL_ESL_PROBLEMS, "farm", "b1", reason).value())
        .isEqualTo(2);
    assertThat(state()).isEqualTo(HealthState.HEALTHY);

    b1.connect().beat();
    farm.loop.runCommands();
    assertThat(figures().stale()).isFalse();
    assertThat(Objects.requireNonNull(farm.backend("b1").link()).connected()).isTrue();
  }

  @Test
  void aPauseIsForgottenWhenTheSocketStaysCut() {
    b1.answers.put("fsctl pause_check inbound", "true");
    farm.loop.advance(Duration.ofSeconds(5));
    b1.fail(EslSessionError.SILENT, "no answer for 10 s");
    farm.loop.advance(Duration.ofSeconds(49));
    assertThat(state()).isEqualTo(HealthState.SATURATED);
    farm.loop.advance(Duration.ofSeconds(2));
    assertThat(state()).isEqualTo(HealthState.HEALTHY);
  }

  @Test
  void aPauseIsRememberedOverAShortCut() {
    b1.answers.put("fsctl pause_check inbound", "true");
    farm.loop.advance(Duration.ofSeconds(5));
    b1.fail(EslSessionError.CLOSED, "closed");
    farm.loop.advance(Duration.ofSeconds(5));
    b1.connect();
    farm.loop.advance(Duration.ofMinutes(2));
    assertThat(farm.changes).hasSize(1);
  }

  @Test
  void oneThatShutsDownElegantlyIsDrained() {
    b1.answers.put("fsctl shutdown_check", "true");
    farm.loop.advance(Duration.ofSeconds(5));
    assertThat(farm.changes)
        .containsExactly("b1 HEALTHY -> DRAINING: shuts down: fsctl shutdown_check is true");
    b1.answers.put("fsctl shutdown_check", "false");
    farm.loop.advance(Duration.ofSeconds(5));
    assertThat(state()).isEqualTo(HealthState.HEALTHY);
  }

  @Test
  void oneThatSaysShutdownIsDrainedUntilItIsBack() {
    b1.event("Event-Name", "SHUTDOWN");
    farm.loop.advance(Duration.ofSeconds(6));
    assertThat(reason()).isEqualTo("shuts down, as it says");
    b1.fail(EslSessionError.CLOSED, "disconnect-notice");
    farm.loop.advance(Duration.ofSeconds(10));
    assertThat(state()).isEqualTo(HealthState.DRAINING);
    b1.connect();
    farm.loop.runCommands();
    assertThat(state()).isEqualTo(HealthState.HEALTHY);
  }

  @Test
  void anOrderStandsAboveWhatItSaysAndChecksBelow() {
    b1.answers.put("fsctl pause_check inbound", "true");
    farm.loop.advance(Duration.ofSeconds(5));
    farm.backend("b1").maintenance();
    farm.loop.runCommands();
    assertThat(state()).isEqualTo(HealthState.MAINTENANCE);
    farm.backend("b1").ready();
    farm.loop.runCommands();
    assertThat(state()).isEqualTo(HealthState.SATURATED);
    farm.prober.answer("b1", FakeProber.REFUSED);
    farm.loop.advance(Duration.ofSeconds(6));
    assertThat(state()).isEqualTo(HealthState.DOWN);
  }

  @Test
  void aChangedCoreUuidIsARestartAtTheTimeItSays() {
    farm.loop.advance(Duration.ofSeconds(18));
    b1.fail(EslSessionError.CLOSED, "closed");
    farm.loop.advance(Duration.ofSeconds(5));
    b1.restart();
    farm.loop.advance(Duration.ofSeconds(5));
    b1.connect();
    farm.loop.advance(Duration.ofSeconds(30));

    assertThat(farm.restarts).containsExactly("b1 at 25000 ms");
    assertThat(farm.meters.counter(Meter.POOL_RESTARTS, "farm", "b1").value()).isEqualTo(1);
  }

  @Test
  void aRestartIsKnownAsSoonAsTheEventSocketIsBackWithoutAHeartbeat() {
    b1.fail(EslSessionError.CLOSED, "closed");
    farm.loop.advance(Duration.ofSeconds(3));
    b1.restart();
    farm.loop.advance(Duration.ofSeconds(2));
    b1.answers.put("uptime ms", "2000\n");
    b1.connect();
    farm.loop.advanceMs(10);

    assertThat(farm.restarts).containsExactly("b1 at 5000 ms");
    farm.loop.advance(Duration.ofSeconds(60));
    assertThat(farm.restarts).hasSize(1);
  }

  @Test
  void oneThatMayNotBeAskedIsKnownByItsEvents() {
    b1.answers.put("global_getvar core_uuid", "-ERR permission denied");
    b1.fail(EslSessionError.CLOSED, "closed");
    farm.loop.advance(Duration.ofSeconds(3));
    b1.restart();
    b1.connect();
    farm.loop.advanceMs(10);
    assertThat(farm.restarts).isEmpty();
    b1.custom("conference::maintenance", "Core-UUID", "core-2", "Action", "add-member");
    farm.loop.advanceMs(10);

    assertThat(farm.restarts).as("since it was heard last").containsExactly("b1 at 2000 ms");
  }

  @Test
  void anUptimeThatIsNoTimeIsAsIfItWereNotSaid() {
    b1.fail(EslSessionError.CLOSED, "closed");
    farm.loop.advance(Duration.ofSeconds(3));
    b1.restart();
    b1.answers.put("uptime ms", "9".repeat(18));
    b1.connect();
    farm.loop.advanceMs(10);
    assertThat(farm.restarts).containsExactly("b1 at 2000 ms");
  }

  @Test
  void aCutIsNoRestart() {
    b1.fail(EslSessionError.CLOSED, "closed");
    farm.loop.advance(Duration.ofSeconds(3));
    b1.connect();
    farm.loop.advance(Duration.ofSeconds(60));
    assertThat(farm.restarts).isEmpty();
  }

  @Test
  void survivesAReloadThatLeavesItsSettings() {
    farm.reload(ESL, "retry-after: 9s", PoolRig.backends(4, ""));
    assertThat(b1.closed()).isFalse();
    assertThat(farm.esl.opened()).isEqualTo(4);
    b1.answers.put("fsctl pause_check inbound", "true");
    farm.loop.advance(Duration.ofSeconds(5));
    assertThat(state()).isEqualTo(HealthState.SATURATED);
    assertThat(farm.pool().available()).hasSize(3);
  }

  @Test
  void isOpenedAnewWithOtherSettingsAndClosedWithout() {
    b1.answers.put("fsctl pause_check inbound", "true");
    farm.loop.advance(Duration.ofSeconds(5));
    farm.reload("esl: { password: other }", PoolRig.backends(3, ""));
    assertThat(b1.closed()).isTrue();
    assertThat(farm.esl.opened()).isEqualTo(6);
    assertThat(state()).isEqualTo(HealthState.HEALTHY);
    farm.reload(PoolRig.backends(3, ""));
    assertThat(farm.esl.of("b1").closed()).isTrue();
    assertThat(farm.backend("b1").link()).isNull();
    assertThat(farm.backend("b1").figures()).isNull();
  }

  @Test
  void isClosedWithItsBackendAndAtTheEnd() {
    FakeEsl.Session b2 = farm.esl.of("b2");
    farm.reload(ESL, "backends: [ { name: b1, uri: 'sip:10.0.0.2' } ]");
    assertThat(b2.closed()).isTrue();
    farm.pools.stop();
    farm.loop.runCommands();
    assertThat(b1.closed()).isTrue();
  }

  @Test
  void neverHearsAnythingWithoutSettings() {
    assertThat(PoolRig.of(PoolRig.backends(3, "")).esl.opened()).isZero();
  }
}

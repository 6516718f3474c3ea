// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.transport.CapturedFlow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Loss, copies and jitter, on one loop and on several: every call comes to its end and nothing
 * stays behind.
 */
class WeatherScenarioTest {
  private static final int CALLS = 1000;

  @Test
  void showsTheBackendOneInviteOfMany() {
    ServerRig rig = ServerRig.serial();
    rig.backend(1).script = in -> in.answer(100).answerAfter(1_500, 180).answerAfter(1_600, 200);
    FakePhone phone = rig.phone();
    Leg call = phone.invite();
    for (int i = 1; i <= 5; i++) {
      rig.net.runMs(100);
      phone.repeatInvite(call);
    }
    rig.net.runMs(2_000);
    assertThat(rig.backend(1).copies("INVITE")).isEqualTo(1);
    assertThat(call.statuses("INVITE").stream().filter(status -> status == 100).count())
        .isEqualTo(6);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void bringsALost200AgainFromEndToEnd() {
    ServerRig rig = ServerRig.serial();
    FakePhone phone = rig.phone();
    Leg call = phone.invite();
    rig.net.runMs(40);
    rig.net.weather(Duration.ZERO, 1, 0);
    rig.net.runMs(900);
    rig.net.weather(Duration.ZERO, 0, 0);
    assertThat(call.statuses("INVITE")).containsExactly(100, 180);
    rig.net.runMs(3_000);

    assertThat(call.last("INVITE").status()).isEqualTo(200);
    assertThat(rig.house.calls()).isEqualTo(1);
    call.bye();
    rig.assertEmpty();
  }

  @Test
  void bringsALostAckAgainFromEndToEnd() {
    ServerRig rig = ServerRig.serial();
    FakePhone phone = rig.phone();
    Leg call = phone.invite();
    call.acknowledges = false;
    rig.net.runMs(1_000);
    assertThat(rig.backend(1).copies("ACK")).isZero();
    call.acknowledges = true;
    rig.net.runMs(10_000);

    assertThat(rig.backend(1).copies("ACK")).isEqualTo(1);
    assertThat(call.statuses("INVITE").stream().filter(status -> status == 200).count())
        .isBetween(3L, 4L);
    call.bye();
    rig.assertEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,3", "3,3"})
  void keepsTheOrderOfEachCall(long seed, int loops) {
    ServerRig rig = ServerRig.of(seed, loops, ServerRig.farmYaml("balance: round-robin"));
    rig.net.weather(Duration.ofMillis(3), 0, 0);
    rig.backends.forEach(b -> b.script = in -> in.answer(100).answer(180).answer(183).answer(200));
    List<Leg> calls = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      calls.add(rig.phone().invite());
      rig.net.runMs(2);
    }
    rig.net.runMs(100);
    for (Leg call : calls) {
      assertThat(call.statuses("INVITE")).containsExactly(100, 180, 183, 200);
      call.send("INFO");
      call.bye();
      rig.net.runMs(1);
    }
    rig.net.runMs(100);
    Map<String, List<String>> seen = new HashMap<>();
    rig.backends.forEach(b ->
        b.received.forEach(m -> {
          if (m.isRequest()) {
            seen.computeIfAbsent(m.callId(), id -> new ArrayList<>()).add(m.method());
          }
        }));
    assertThat(seen).hasSize(300);
    assertThat(seen.values()).allMatch(List.of("INVITE", "ACK", "INFO", "BYE")::equals);
    rig.assertEmpty();
    assertThat(rig.records).hasSize(300);
  }

  @ParameterizedTest
  @CsvSource({"11,1", "12,3", "13,3"})
  void completesAThousandCallsInBadWeather(long seed, int loops) {
    ServerRig rig =
        ServerRig.of(
            seed, loops, ServerRig.farmYaml("balance: least-calls", "failover: { tries: 3 }"));
    rig.net.weather(Duration.ofMillis(40), 0.05, 0.05);
    SplittableRandom random = rig.net.random();
    rig.backends.forEach(b -> b.script = in -> mood(in, random));
    List<Leg> calls = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      FakePhone phone = rig.phone(random.nextInt(10) == 0 ? CapturedFlow.TCP : CapturedFlow.UDP);
      Leg call = phone.invite();
      calls.add(call);
      live(rig, call, random);
      rig.net.runMs(random.nextInt(20));
    }
    rig.net.run(Duration.ofMinutes(2));

    Set<String> unfinished = new HashSet<>();
    for (Leg call : calls) {
      if (call.responses.stream()
          .noneMatch(r -> r.method().equals("INVITE") && r.status() >= 200)) {
        unfinished.add(call.callId + " " + call.responses);
      }
    }
    assertThat(unfinished).isEmpty();
    assertThat(rig.records).hasSize(CALLS);
    rig.assertEmpty();
  }

  private static void mood(Incoming in, SplittableRandom random) {
    int answer = random.nextInt(100);
    in.answer(100);
    in.answerAfter(random.nextInt(200), 180);
    int after = 200 + random.nextInt(3000);
    if (answer < 70) {
      in.answerAfter(after, 200);
    } else if (answer < 80) {
      in.answerAfter(after, 486);
    } else if (answer < 85) {
      in.answerAfter(after, 503);
    } else if (answer < 90) {
      in.answerAfter(after, 500);
    } else {
      in.answerAfter(20_000, 480);
    }
  }

  // Most callers hang up some time after the answer, some give up before; some callees hang up.
  private static void live(ServerRig rig, Leg call, SplittableRandom random) {
    if (random.nextInt(10) == 0) {
      rig.net.after(random.nextInt(3000), call::cancel);
    }
    boolean calleeEnds = random.nextInt(4) == 0;
    rig.net.after(
        30_000 + random.nextInt(10_000),
        () -> {
          if (call.remoteTag.isEmpty()) {
            return;
          }
          Leg ending =
              calleeEnds
                  ? rig.backends.stream()
                      .map(b -> b.legs.get(call.callId))
                      .filter(leg -> leg != null && leg.localTag.equals(call.remoteTag))
                      .findFirst()
                      .orElse(call)
                  : call;
          ending.bye();
        });
  }

  @Test
  void failsOverOnEveryLoop() {
    ServerRig rig = ServerRig.of(5, 3, ServerRig.farmYaml("balance: round-robin"));
    rig.backend(1).says(503);
    rig.net.close(rig.backend(2).address);
    List<Leg> calls = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      calls.add(rig.phone().invite());
    }
    rig.net.runMs(500);
    assertThat(calls).allMatch(call -> call.last("INVITE").status() == 200);
    assertThat(rig.load(3)).isEqualTo(60);
    calls.forEach(Leg::bye);
    rig.assertEmpty();
    assertThat(rig.logs())
        .anyMatch(line -> line.contains("tries=3"))
        .allMatch(line -> line.contains("ended=caller"));
  }
}

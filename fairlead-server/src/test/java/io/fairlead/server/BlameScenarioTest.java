// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.CallRecord;
import io.fairlead.observe.FailureBlame;
import io.fairlead.observe.Meter;
import io.fairlead.observe.RecordText;
import io.fairlead.pool.Backend;
import io.fairlead.pool.blame.ResponseVerdict;
import io.fairlead.pool.health.HealthState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One destination that fails takes no backend with it, and a backend that fails all is found. */
class BlameScenarioTest {
  private static final String REASON = "Reason: Q.850;cause=41;text=\"NORMAL_TEMPORARY_FAILURE\"";
  private static final String REST = "Retry-After: 300";

  /** How the farm is, and how a call fails. Immutable. */
  record Farm(
      int status, List<String> headers, boolean esl, boolean checked, int backends, int tries) {
    // FreeSWITCH refuses for lack of room before it sends 100.
    boolean likeFull() {
      return headers.equals(List.of(REST));
    }

    ServerRig rig(String balance, int loops) {
      String yaml =
          ServerRig.farmYaml(
              "balance: " + balance,
              "failover: { tries: " + tries + " }",
              esl ? "esl: { password: ClueCon }" : "retry-after: 5s");
      yaml = checked ? yaml.replace("health: off", "health: { interval: 2s }") : yaml;
      yaml = backends == 2 ? yaml.replaceAll(" *- \\{ name: b3.*\n", "") : yaml;
      ServerRig rig = ServerRig.of(1, loops, yaml);
      for (int i = 1; esl && i <= backends; i++) {
        rig.esl.of("b" + i).connect().beats(Duration.ofSeconds(20));
      }
      rig.net.runMs(100);
      return rig;
    }

    void fail(Incoming in) {
      if (!likeFull()) {
        in.answer(100);
      }
      in.answer(status, headers.toArray(String[]::new));
    }
  }

  // All answers, and of the rest of the farm each value with each other several times.
  private static Stream<Farm> farms() {
    SplittableRandom random = new SplittableRandom(7);
    List<Farm> all = new ArrayList<>();
    for (int status : new int[] {503, 500, 502, 504}) {
      for (List<String> headers :
          List.of(List.<String>of(), List.of(REASON), List.of(REST), List.of(REASON, REST))) {
        for (int i = 0; i < 4; i++) {
          boolean checked = random.nextBoolean();
          int backends = i < 2 ? 2 : 3;
          int tries = 1 + random.nextInt(3);
          all.add(new Farm(status, headers, i % 2 == 0, checked, backends, tries));
        }
      }
    }
    return all.stream();
  }

  private static Leg dial(FakePhone phone, String user) {
    Leg leg = phone.leg("sip:" + user + "@example.com");
    phone.request(leg, "INVITE", leg.cseq);
    return leg;
  }

  private static HealthState state(ServerRig rig, int number) {
    return backend(rig, number).health().state();
  }

  private static Backend backend(ServerRig rig, int number) {
    return Objects.requireNonNull(rig.house.pools().all().iterator().next().backend("b" + number));
  }

  private static void deadNumber(ServerRig rig, Farm farm) {
    for (FakeBackend backend : rig.backends) {
      FakeAgent.Script good = backend.script;
      backend.script =
          in -> {
            if (in.request.uri().startsWith("sip:dead@")) {
              farm.fail(in);
            } else {
              good.on(in);
            }
          };
    }
  }

  @ParameterizedTest
  @MethodSource("farms")
  void oneDeadDestinationCostsNoGoodCall(Farm farm) {
    ServerRig rig = farm.rig("p2c", 2);
    deadNumber(rig, farm);
    FakePhone phone = rig.phone();
    List<Leg> good = new ArrayList<>();
    List<Leg> bad = new ArrayList<>();
    int rare = farm.esl() == farm.checked() ? 1 : 5;
    for (int i = 0; i < 10 * 20; i++) {
      good.add(dial(phone, "bob"));
      if (i % (20 * rare) == 0) {
        bad.add(dial(phone, "dead"));
      }
      rig.net.runMs(50);
      if (i >= 20) {
        good.get(i - 20).bye();
      }
      for (int b = 1; b <= farm.backends(); b++) {
        assertThat(state(rig, b)).isEqualTo(HealthState.HEALTHY);
      }
    }
    rig.net.runMs(1000);

    assertThat(good).allMatch(BlameScenarioTest::ok);
    assertThat(bad).allMatch(leg -> leg.last("INVITE").status() == farm.status());
    if (farm.headers().contains(REASON)) {
      assertThat(bad).allMatch(leg -> leg.last("INVITE").first("Reason").contains("cause=41"));
      long asked = rig.backends.stream().mapToLong(each -> asked(each, "dead")).sum();
      assertThat(asked).as("dialled once each").isEqualTo(bad.size());
    }
    if (farm.status() == 503 && !farm.likeFull()) {
      assertThat(bad).allMatch(leg -> leg.last("INVITE").all("Retry-After").isEmpty());
    }
  }

  private static boolean ok(Leg leg) {
    return leg.statuses("INVITE").contains(200);
  }

  private static long asked(FakeBackend backend, String user) {
    return backend.received.stream()
        .filter(m -> m.isRequest() && m.method().equals("INVITE"))
        .filter(m -> m.uri().startsWith("sip:" + user + "@"))
        .count();
  }

  @ParameterizedTest
  @MethodSource("farms")
  void oneOfTwoThatFailsEveryCallIsOutWithinFiveOfThem(Farm like) {
    for (String destinations : List.of("one", "many")) {
      Farm farm =
          new Farm(like.status(), like.headers(), like.esl(), like.checked(), 2, like.tries());
      ServerRig rig = farm.rig("round-robin", 1);
      FakeAgent.Script checks = rig.backend(1).script;
      rig.backend(1).script =
          in -> {
            if (in.request.method().equals("INVITE")) {
              farm.fail(in);
            } else {
              checks.on(in);
            }
          };
      FakePhone phone = rig.phone();
      List<Leg> calls = new ArrayList<>();
      while (calls.size() < 12 && state(rig, 1) == HealthState.HEALTHY) {
        calls.add(dial(phone, destinations.equals("one") ? "bob" : "user" + calls.size()));
        rig.net.runMs(100);
      }

      assertThat(state(rig, 1)).isIn(HealthState.EJECTED, HealthState.SATURATED);
      assertThat(rig.backend(1).requests("INVITE")).isLessThanOrEqualTo(5);
      assertThat(state(rig, 2)).isEqualTo(HealthState.HEALTHY);
      boolean compared = farm.tries() > 1 && !farm.headers().contains(REASON);
      assertThat(calls.stream().filter(call -> !ok(call)).count())
          .isLessThanOrEqualTo(compared ? 0 : 5);
    }
  }

  // It has no calls, so whoever looks for the least loaded one takes it each time.
  @ParameterizedTest
  @ValueSource(strings = {"p2c", "least-calls", "round-robin"})
  void oneThatFailsAllCallsToTheOnlyNumberLosesOneOfThem(String balance) {
    for (int status : new int[] {500, 502, 503, 504}) {
      ServerRig rig = new Farm(status, List.of(REASON), false, false, 3, 3).rig(balance, 2);
      rig.backend(1).says(status, REASON);
      FakePhone phone = rig.phone();
      List<Leg> calls = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        calls.add(dial(phone, "bob"));
        rig.net.runMs(100);
      }
      assertThat(calls.stream().filter(call -> !ok(call)).count()).isEqualTo(1);
      assertThat(rig.backend(1).requests("INVITE")).isLessThanOrEqualTo(5);
      assertThat(state(rig, 1)).isEqualTo(HealthState.EJECTED);
      assertThat(faults(rig, 1, FailureBlame.BETTER_ELSEWHERE)).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @CsvSource({"server,3,30", "server,1,20", "timeout,3,20"})
  void aDeadNumberIsDialledOnceMoreAtEverySecondFailure(String on, int tries, int dials) {
    ServerRig rig =
        ServerRig.farm(
            "balance: priority", "failover: { tries: " + tries + ", on: [ " + on + " ] }");
    deadNumber(rig, new Farm(503, List.of(REASON), false, false, 3, tries));
    FakePhone phone = rig.phone();
    for (int i = 0; i < 20; i++) {
      assertThat(answered(rig, dial(phone, "dead"))).isEqualTo(503);
    }
    long asked = rig.backends.stream().mapToLong(each -> asked(each, "dead")).sum();
    assertThat(asked).isEqualTo(dials);
    for (int i = 1; i <= 3; i++) {
      assertThat(state(rig, i)).isEqualTo(HealthState.HEALTHY);
    }
  }

  @Test
  void aDeadNumberIsDialledOnceWhereOthersAreServedInBetween() {
    ServerRig rig = ServerRig.farm("balance: priority");
    deadNumber(rig, new Farm(503, List.of(REASON), false, false, 3, 3));
    FakePhone phone = rig.phone();
    for (int i = 0; i < 20; i++) {
      assertThat(answered(rig, dial(phone, "dead"))).isEqualTo(503);
      assertThat(answered(rig, dial(phone, "bob"))).isEqualTo(200);
    }
    assertThat(rig.backends.stream().mapToLong(each -> asked(each, "dead")).sum()).isEqualTo(20);
  }

  @Test
  void aFailureInARoomIsAskedNowhereElse() {
    ServerRig rig =
        ServerRig.of(
            3,
            1,
            ServerRig.farmYaml("failover: { tries: 3 }")
                .replace("to: farm }", "to: farm, affinity: { key: user } }"));
    rig.backends.forEach(backend -> backend.says(503, REASON));
    FakePhone phone = rig.phone();
    for (int i = 0; i < 4; i++) {
      assertThat(answered(rig, dial(phone, "3000"))).isEqualTo(503);
    }
    assertThat(rig.backends.stream().mapToLong(each -> asked(each, "3000")).sum()).isEqualTo(4);
  }

  private static int answered(ServerRig rig, Leg call) {
    rig.net.runMs(100);
    return call.last("INVITE").status();
  }

  @ParameterizedTest
  @ValueSource(strings = {"p2c", "round-robin", "priority"})
  void aNumberThatAllGatewaysRefuseCostsNoGoodCall(String balance) {
    ServerRig rig =
        ServerRig.farm(
            "balance: " + balance,
            "failover: { tries: 3, on: [ timeout, transport, 500, 502, 503, 504, 'cause:34' ] }");
    List<String> congestion = List.of("Reason: Q.850;cause=34");
    deadNumber(rig, new Farm(503, congestion, false, false, 3, 3));
    FakePhone phone = rig.phone();
    List<Leg> good = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Leg bad = dial(phone, "dead");
      good.add(dial(phone, "bob"));
      rig.net.runMs(100);
      assertThat(bad.last("INVITE").status()).isEqualTo(503);
      good.getLast().bye();
    }
    assertThat(good).allMatch(BlameScenarioTest::ok);
    rig.net.runMs(100);
    assertThat(faults(rig, 1, FailureBlame.FAILED_EVERYWHERE)).isEqualTo(100);
    for (int i = 1; i <= 3; i++) {
      assertThat(state(rig, i)).isEqualTo(HealthState.HEALTHY);
    }
  }

  // ---- what the next backend is asked about ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // FreeSWITCH's answers for the one destination
        "503 | Reason: Q.850;cause=41;text=\"NORMAL_TEMPORARY_FAILURE\" | 1",
        "502 | Reason: Q.850;cause=27;text=\"DESTINATION_OUT_OF_ORDER\" | 1",
        "502 | Reason: Q.850;cause=38 | 1",
        "504 | Reason: Q.850;cause=102;text=\"RECOVERY_ON_TIMER_EXPIRE\" | 1",
        "500 | Reason: Q.850;cause=41 | 1",
        // for a trunk of this one
        "503 | Reason: SIP;cause=809;text=\"GATEWAY_DOWN\" | 2",
        "503 | Reason: Q.850;cause=34;text=\"NORMAL_CIRCUIT_CONGESTION\" | 2",
        "503 | Reason: Q.850;cause=38 | 2",
        "503 | Reason: Q.850;cause=42 | 2",
        "503 | Reason: Q.850;cause=44 | 2",
        "503 | Reason: Q.850;cause=58 | 2",
        // and of itself
        "503 | Retry-After: 300 | 2",
        "503 | X: y | 2",
        "500 | X: y | 2",
        "502 | X: y | 2",
        "504 | X: y | 2",
      })
  void anotherBackendIsAskedUnlessItIsTheAnswerOfADestination(
      int status, String header, int tries) {
    ServerRig rig = ServerRig.farm("balance: priority");
    rig.backend(1).says(status, header);
    Leg call = dial(rig.phone(), "dead");
    rig.net.runMs(200);

    assertThat(rig.backend(2).requests("INVITE")).isEqualTo(tries - 1);
    assertThat(call.last("INVITE").status()).isEqualTo(tries == 1 ? status : 200);
  }

  @Test
  void aListedStatusMeansItWithAnyReason() {
    ServerRig rig = ServerRig.farm("balance: priority", "failover: { on: [ 503 ] }");
    rig.backend(1).says(503, REASON);
    Leg call = dial(rig.phone(), "dead");
    rig.net.runMs(200);
    assertThat(call.last("INVITE").status()).isEqualTo(200);
  }

  // ---- what the caller hears ----

  @Test
  void theAnswerOfADestinationKeepsItsReasonAndAsksNobodyToRest() {
    ServerRig rig = ServerRig.farm("balance: priority", "failover: { on: [ 503 ] }");
    rig.backend(1).says(503, "Retry-After: 300");
    rig.backend(2).says(503, REASON, "Retry-After: 60");
    rig.backend(3).says(503);
    Leg call = dial(rig.phone(), "dead");
    rig.net.runMs(200);
    Seen answer = call.last("INVITE");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.all("Reason")).hasSize(1).first().asString().contains("cause=41");
    assertThat(answer.all("Retry-After")).isEmpty();
    assertThat(rig.log()).contains("tries=3 status=503 flag=-");
  }

  @ParameterizedTest
  @CsvSource({"Retry-After: 300,1", "X: y,0"})
  void a503OfOursAsksToRestOnlyWhereThereIsNoRoom(String header, int rests) {
    ServerRig rig = ServerRig.farm("balance: priority");
    rig.backends.forEach(backend -> backend.says(503, header));
    Leg call = dial(rig.phone(), "dead");
    rig.net.runMs(200);
    Seen answer = call.last("INVITE");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.all("Retry-After")).hasSize(rests).doesNotContain("300");
  }

  // ---- what the operator sees ----

  private static FailureBlame blame(ServerRig rig) {
    CallRecord last = rig.records.getLast();
    return RecordText.blame(last);
  }

  private static long faults(ServerRig rig, int number, FailureBlame blame) {
    return rig.meters
        .counter(Meter.POOL_FAULTS, "farm", "b" + number, blame.fault(), blame.evidence())
        .value();
  }

  @Test
  void logAndMeterSayWhoseFaultItWasAndWhatShowsIt() {
    ServerRig rig = ServerRig.farm("balance: priority", "failover: { tries: 2 }");
    rig.backend(1).says(503);
    Leg saved = dial(rig.phone(), "bob");
    rig.net.runMs(200);
    saved.bye();
    rig.net.runMs(200);
    assertThat(blame(rig)).isEqualTo(FailureBlame.BETTER_ELSEWHERE);
    assertThat(faults(rig, 1, FailureBlame.BETTER_ELSEWHERE)).isEqualTo(1);

    rig.backends.forEach(backend -> backend.says(500));
    dial(rig.phone(), "dead");
    rig.net.runMs(200);
    assertThat(blame(rig)).isEqualTo(FailureBlame.FAILED_EVERYWHERE);
    assertThat(faults(rig, 2, FailureBlame.FAILED_EVERYWHERE)).isEqualTo(1);

    rig.backends.forEach(backend -> backend.says(500, REASON));
    dial(rig.phone(), "dead");
    rig.net.runMs(200);
    assertThat(blame(rig)).isEqualTo(FailureBlame.NOT_COMPARED);

    rig.backends.forEach(FakeBackend::silent);
    dial(rig.phone(), "bob");
    rig.net.runMs(5000);
    assertThat(blame(rig)).isEqualTo(FailureBlame.SILENT);

    rig.backends.forEach(backend -> backend.says(486));
    dial(rig.phone(), "bob");
    rig.net.runMs(200);
    assertThat(blame(rig)).isEqualTo(FailureBlame.NONE);
  }

  // ---- rooms ----

  @ParameterizedTest
  @ValueSource(strings = {"rendezvous", "discovered", "sticky"})
  void roomsStayWhereTheyLiveWhateverOtherCallsWereAnswered(String mode) {
    for (int status : new int[] {502, 503}) {
      String yaml =
          ServerRig.farmYaml("esl: { password: secret }", "failover: { tries: 2 }")
              .replace(
                  "routes:\n",
                  "routes:\n  - { name: rooms, match: { user: '3...' }, to: farm, affinity: {"
                      + " key: user, mode: "
                      + mode
                      + " } }\n");
      ServerRig rig = ServerRig.of(3, 1, yaml);
      List<Integer> homes = new ArrayList<>();
      for (int room = 0; room < 6; room++) {
        homes.add(joined(rig, "300" + room));
      }
      int home = homes.getFirst();
      FakeAgent.Script good = rig.backend(home).script;
      rig.backend(home).script =
          in -> {
            if (in.request.method().equals("INVITE") && in.request.uri().startsWith("sip:6")) {
              in.answer(status);
            } else {
              good.on(in);
            }
          };
      FakePhone phone = rig.phone();
      for (int i = 0; state(rig, home) == HealthState.HEALTHY && i < 60; i++) {
        dial(phone, "600" + i);
        rig.net.runMs(100);
      }
      HealthState out = status == 502 ? HealthState.EJECTED : HealthState.SATURATED;
      assertThat(state(rig, home)).isEqualTo(out);
      for (int room = 0; room < 6; room++) {
        assertThat(joined(rig, "300" + room)).isEqualTo(homes.get(room));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rendezvous", "discovered", "sticky"})
  void aRoomOpensThoughAllBackendsAreBelievedToBeFull(String mode) {
    String yaml =
        ServerRig.farmYaml("esl: { password: secret }")
            .replace("to: farm }", "to: farm, affinity: { key: user, mode: " + mode + " } }");
    for (ResponseVerdict reply : List.of(ResponseVerdict.OVERLOAD, ResponseVerdict.REFUSED)) {
      ServerRig rig = ServerRig.of(3, 1, yaml);
      for (int room = 0; room < 10; room++) {
        for (int i = 1; i <= 3; i++) {
          backend(rig, i).outcomes().charged(reply, 300, 0);
        }
        rig.net.runMs(10);
        for (int i = 1; i <= 3; i++) {
          assertThat(state(rig, i)).isEqualTo(HealthState.SATURATED);
        }
        int home = joined(rig, "300" + room);
        assertThat(state(rig, home)).isEqualTo(HealthState.HEALTHY);
        assertThat(joined(rig, "300" + room)).isEqualTo(home);
      }
    }
  }

  private static int joined(ServerRig rig, String room) {
    Leg leg = dial(rig.phone(), room);
    rig.net.runMs(150);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    for (int i = 1; i <= 3; i++) {
      if (rig.backend(i).legs.containsKey(leg.callId)) {
        return i;
      }
    }
    throw new AssertionError(room + " is nowhere");
  }
}

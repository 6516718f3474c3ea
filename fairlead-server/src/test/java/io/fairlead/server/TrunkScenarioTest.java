// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls out over gateways: what the network refuses goes to the next, what the user does not. */
class TrunkScenarioTest {
  private static ServerRig trunks(String on) {
    return ServerRig.farm("balance: priority", "failover: { tries: 3, on: [ " + on + " ] }");
  }

  private static Leg call(ServerRig rig) {
    Leg call = rig.phone().invite();
    rig.net.runMs(200);
    return call;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "503, cause:34 | 404 | Reason: Q.850;cause=34",
        "503, cause:34 | 480 | Reason: SIP;cause=480, Q.850;cause=34",
        "cause:34, cause:42 | 486 | Reason: Q.850;cause=42",
        "cause:34 | 603 | Reason: Q.850;cause=34",
        "cause:34 | 500 | Reason: Q.850;cause=34",
        "404 | 404 | Reason: Q.850;cause=1",
        "403, 480 | 480 | X: y",
      })
  void triesTheNextGatewayWhenTheNetworkRefused(String on, int status, String header) {
    ServerRig rig = trunks(on);
    rig.backend(1).says(status, header);
    Leg call = call(rig);

    assertThat(call.statuses("INVITE")).containsExactly(100, 180, 200);
    assertThat(rig.load(1)).isZero();
    call.bye();
    rig.net.runMs(100);
    assertThat(rig.log()).contains("backend=b2 tries=2 status=200");
    rig.assertEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "503, cause:34 | 404 | Reason: Q.850;cause=1",
        "503, cause:34 | 486 | Reason: SIP;cause=34",
        "503, 404, cause:34 | 603 | Reason: Q.850;cause=21",
        "cause:34 | 407 | Reason: Q.850;cause=34",
        "cause:34 | 401 | Reason: Q.850;cause=34",
        "cause:34 | 503 | Reason: Q.850;cause=41",
      })
  void passesOnWhatTheUserDecided(String on, int status, String header) {
    ServerRig rig = trunks(on);
    rig.backend(1).says(status, header);
    Leg call = call(rig);

    assertThat(call.last("INVITE").status()).isEqualTo(status);
    assertThat(rig.backend(2).received).isEmpty();
    rig.assertEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404 | 486 | 486",
        "404 | 603 | 603",
        "404 | 488 | 488",
        "404 | 503 | 404",
        "503 | 404 | 404",
        "503 | 486 | 486",
      })
  void theGatewayThatWasBelievedHasTheLastWord(int first, int second, int answer) {
    ServerRig rig = trunks("404, 503");
    rig.backend(1).says(first);
    rig.backend(2).says(second);
    rig.backend(3).says(503);
    Leg call = call(rig);

    assertThat(call.last("INVITE").status()).isEqualTo(answer);
    rig.assertEmpty();
  }

  @Test
  void aRefusalCountsMoreThanTheSilenceOfTheOthers() {
    ServerRig rig = trunks("404, timeout");
    rig.backend(1).says(404, "X-Kept: as it was");
    rig.backend(2).silent();
    rig.backend(3).silent();
    Leg call = rig.phone().invite();
    rig.net.runMs(10_000);

    assertThat(call.last("INVITE").status()).isEqualTo(404);
    assertThat(call.last("INVITE").first("X-Kept")).isEqualTo("as it was");
    rig.assertEmpty();
  }

  @Test
  void aCallerThatCancelsIsNotCarriedToTheNextGateway() {
    ServerRig rig = trunks("cause:31");
    rig.backend(1).rings();
    Leg call = call(rig);
    call.cancel();
    rig.net.runMs(200);

    assertThat(call.last("INVITE").status()).isEqualTo(487);
    assertThat(rig.backend(2).received).isEmpty();
    rig.assertEmpty();
  }

  @Test
  void alternatesByWeightWithoutRuns() {
    ServerRig rig =
        ServerRig.of(
            1,
            1,
            """
            listeners: [ "udp://203.0.113.10:5060" ]
            pools:
              carriers:
                health: off
                balance: round-robin
                backends:
                  - { name: b1, uri: "sip:10.0.0.1:5060", weight: 2 }
                  - { name: b2, uri: "sip:10.0.0.2:5060", weight: 1 }
                  - { name: b3, uri: "sip:10.0.0.3:5060", weight: 1, max-calls: 2 }
            routes: [ { to: carriers } ]
            """);
    rig.backends.forEach(FakeBackend::takes);
    List<String> turns = new ArrayList<>();
    long[] before = new long[3];
    for (int i = 0; i < 12; i++) {
      call(rig);
      for (int b = 0; b < 3; b++) {
        long now = rig.backend(b + 1).requests("INVITE");
        if (now > before[b]) {
          turns.add("b" + (b + 1));
        }
        before[b] = now;
      }
    }

    assertThat(turns).hasSize(12);
    assertThat(String.join(" ", turns.subList(0, 8)))
        .as("no gateway twice at a stretch while all have room")
        .doesNotContain("b1 b1", "b2 b2", "b3 b3");
    assertThat(turns.stream().filter("b3"::equals)).as("no more than max-calls").hasSize(2);
  }
}

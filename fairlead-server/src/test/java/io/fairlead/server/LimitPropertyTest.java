// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.guard.limit.LimitStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever becomes of calls, no limit keeps anything of them. */
class LimitPropertyTest {
  private static final String LIMITS =
      """
      guard:
        limits:
          - { name: users, key: from-user, max-calls: 6, over: { route: sorry } }
          - { name: callees, key: [ to-user, pool ], max-calls: 3 }
          - { name: trunks, key: gateway, max-calls: 4, over: { status: 503 } }
          - { name: minutes, key: [ from-user, destination ], max-minutes: 9/1h }
      """;

  private static String yaml(String pool) {
    return LIMITS + ServerRig.farmYaml(pool) + "  - { name: sorry, reject: 480 }\n";
  }

  private final List<Leg> legs = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({
    "1, balance: priority, 1", "2, balance: p2c, 1", "3, balance: fanout, 1",
    "4, balance: least-calls, 3", "5, balance: fanout, 3", "6, balance: p2c, 3"
  })
  void allCountsAreZeroInTheEnd(long seed, String pool, int loops) {
    ServerRig rig = ServerRig.of(seed, loops, yaml(pool));
    SplittableRandom random = new SplittableRandom(seed);
    int refused = 0;
    for (int step = 0; step < 1500; step++) {
      act(rig, random, pool);
      rig.net.runMs(random.nextInt(60));
      assertBounds(rig);
    }
    for (LimitStatus each : rig.limits().status(5)) {
      refused += (int) each.refused();
    }
    assertThat(refused).as("the limits are met").isPositive();
    legs.forEach(Leg::cancel);
    rig.net.run(Duration.ofSeconds(1));
    legs.forEach(Leg::bye);
    rig.assertEmpty();
    rig.net.run(Duration.ofHours(3));
    Leg last = rig.phone().invite();
    rig.net.run(Duration.ofSeconds(1));
    last.cancel();
    rig.net.run(Duration.ofSeconds(1));
    last.bye();
    rig.assertEmpty();
    for (LimitStatus each : rig.limits().status(5)) {
      assertThat(each.calls()).as(each.settings().name()).isZero();
      assertThat(each.holders()).as(each.settings().name()).allMatch(h -> h.calls() == 0);
    }
  }

  private static void assertBounds(ServerRig rig) {
    for (LimitStatus each : rig.limits().status(1)) {
      Integer most = each.settings().maxCalls();
      if (most != null && !each.holders().isEmpty()) {
        assertThat(each.holders().getFirst().calls()).isBetween(0, most);
      }
    }
  }

  private void act(ServerRig rig, SplittableRandom random, String pool) {
    switch (random.nextInt(9)) {
      case 0 -> backend(rig, random).takes();
      case 1 -> backend(rig, random).says(503);
      case 2 -> backend(rig, random).says(486);
      case 3 -> backend(rig, random).rings();
      case 4 -> {
        if (random.nextInt(20) == 0) {
          rig.reload(ServerRig.plan(yaml(pool)));
        }
      }
      case 5, 6 -> {
        if (!legs.isEmpty()) {
          // A CANCEL that comes too late leaves a call.
          Leg leg = legs.get(random.nextInt(legs.size()));
          if (leg.statuses("INVITE").stream().anyMatch(s -> s >= 200)) {
            leg.bye();
            legs.remove(leg);
          } else {
            leg.cancel();
          }
        }
      }
      default -> {
        FakePhone phone = rig.phone();
        legs.add(phone.leg("sip:u" + random.nextInt(4) + "@example.com").send("INVITE"));
      }
    }
  }

  private static FakeBackend backend(ServerRig rig, SplittableRandom random) {
    return rig.backend(1 + random.nextInt(3));
  }
}

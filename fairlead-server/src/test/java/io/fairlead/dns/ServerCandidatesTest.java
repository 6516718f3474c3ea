// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fairlead.dns.ServerCandidates.Rung;
import io.fairlead.dns.ServerCandidates.Way;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The choice among servers (RFC 2782). */
class ServerCandidatesTest {
  private static final int DRAWS = 60_000;

  private static Way way(int weight, int number) {
    return new Way(weight, List.of(target(number)));
  }

  private static NextHop target(int number) {
    return new NextHop("udp", new InetSocketAddress("10.0.0." + number, 5060), "a.test");
  }

  private static Map<NextHop, Integer> firsts(ServerCandidates ways) {
    SplittableRandom random = new SplittableRandom(5);
    Map<NextHop, Integer> firsts = new HashMap<>();
    for (int i = 0; i < DRAWS; i++) {
      firsts.merge(ways.order(random.nextLong()).getFirst(), 1, Integer::sum);
    }
    return firsts;
  }

  @Test
  void spreadsByWeight() {
    ServerCandidates ways =
        ServerCandidates.of(List.of(new Rung(List.of(way(10, 1), way(20, 2), way(70, 3)))), 0);
    Map<NextHop, Integer> firsts = firsts(ways);

    assertThat(share(firsts, 1)).isCloseTo(0.1, within(0.01));
    assertThat(share(firsts, 2)).isCloseTo(0.2, within(0.01));
    assertThat(share(firsts, 3)).isCloseTo(0.7, within(0.01));
  }

  @Test
  void spreadsTheSecondChoiceByTheWeightsLeft() {
    ServerCandidates ways =
        ServerCandidates.of(List.of(new Rung(List.of(way(10, 1), way(30, 2), way(1000, 3)))), 0);
    int ones = 0;
    int all = 0;
    for (long key = 0; key < DRAWS; key++) {
      List<NextHop> order = ways.order(key);
      assertThat(order).hasSize(3).doesNotHaveDuplicates();
      if (order.getFirst().equals(target(3))) {
        all++;
        ones += order.get(1).equals(target(1)) ? 1 : 0;
      }
    }
    assertThat((double) ones / all).isCloseTo(0.25, within(0.02));
  }

  @Test
  void weightZeroHasASmallChance() {
    Map<NextHop, Integer> firsts =
        firsts(ServerCandidates.of(List.of(new Rung(List.of(way(99, 1), way(0, 2)))), 0));

    assertThat(share(firsts, 2)).isCloseTo(0.01, within(0.005));
  }

  @Test
  void goesToTheNextPriorityOnlyAfterAllOfThisOne() {
    ServerCandidates ways =
        ServerCandidates.of(
            List.of(new Rung(List.of(way(1, 1), way(1, 2))), new Rung(List.of(way(65535, 3)))), 0);
    for (long key = 0; key < 100; key++) {
      assertThat(ways.order(key)).hasSize(3).last().isEqualTo(target(3));
    }
  }

  @Test
  void givesOneKeyOneOrder() {
    ServerCandidates ways =
        ServerCandidates.of(
            List.of(new Rung(List.of(way(1, 1), way(1, 2), way(1, 3), way(1, 4)))), 0);
    for (long key = 0; key < 100; key++) {
      assertThat(ways.order(key)).isEqualTo(ways.order(key));
    }
  }

  private static double share(Map<NextHop, Integer> firsts, int number) {
    return firsts.getOrDefault(target(number), 0) / (double) DRAWS;
  }
}

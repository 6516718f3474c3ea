// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.store.SharedCounts.NodeCount;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node makes of what the others say. */
class RemoteCountsTest {
  private static final long SECOND = 1_000_000_000L;

  private final Map<String, Integer> sums = new HashMap<>();
  private int nodes = 1;
  private final RemoteCounts remote =
      new RemoteCounts(
          new SharedCounts() {
            @Override
            public void changed(Consumer<NodeCount> to) {}

            @Override
            public void all(Consumer<NodeCount> to) {}

            @Override
            public void elsewhere(NodeCount sum) {
              sums.put(sum.key(), sum.count());
            }

            @Override
            public void nodes(int living) {
              nodes = living;
            }
          },
          "n1",
          3);

  private void says(String node, boolean full, long atNs, NodeCount... counts) {
    remote.heard(RemoteCounts.message(node, full, List.of(counts)), atNs);
  }

  private static NodeCount count(String key, int count) {
    return new NodeCount(key, count, "alice\tor\nbob");
  }

  @Test
  void addsUpWhatOtherNodesHave() {
    says("n2", false, 0, count("a:1", 2));
    says("n3", false, 0, count("a:1", 3), count("a:2", 1));
    says("n1", false, 0, count("a:1", 50));
    assertThat(sums).containsExactlyInAnyOrderEntriesOf(Map.of("a:1", 5, "a:2", 1));
    assertThat(nodes).isEqualTo(3);
    says("n3", false, 0, count("a:1", 0));
    assertThat(sums).containsEntry("a:1", 2);
  }

  @Test
  void takesOutANodeThatSaysNothing() {
    says("n2", false, 0, count("a:1", 2));
    says("n3", false, 0, count("a:1", 3));
    says("n3", false, 4 * SECOND);
    remote.bury(5 * SECOND);
    assertThat(sums).containsEntry("a:1", 5);
    remote.bury(6 * SECOND);
    assertThat(sums).containsEntry("a:1", 3);
    assertThat(nodes).isEqualTo(2);
  }

  @Test
  void forgetsWhatANodeHadThatBeginsAnew() {
    says("n2", false, 0, count("a:1", 2), count("a:2", 1));
    says("n2", true, 0, count("a:2", 4));
    assertThat(sums).containsExactlyInAnyOrderEntriesOf(Map.of("a:1", 0, "a:2", 4));
    remote.forgetAll();
    assertThat(sums.values()).containsOnly(0);
    assertThat(nodes).isEqualTo(1);
  }

  @Test
  void keepsNoMoreThanItMay() {
    says("n2", false, 0, count("a:1", 1), count("a:2", 1), count("a:3", 1));
    says("n2", false, 0, count("a:4", 1));
    assertThat(sums.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "n2", "n2\tmore\na:1", "n2\tmore\na:1\tx\tk", "n2\tmore\n\t", "\n\n"})
  void passesOverWhatIsNoMessage(String text) {
    remote.heard(text.getBytes(StandardCharsets.UTF_8), 0);
    assertThat(sums.values()).allMatch(each -> each == 0);
  }
}

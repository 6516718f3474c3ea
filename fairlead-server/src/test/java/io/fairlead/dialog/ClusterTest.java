// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterTest {
  private static final ClusterNodeUri URI = ClusterNodeUri.parse("sip:10.0.0.1");

  @Test
  void aNumberFollowsFromTheName() {
    Cluster two = Cluster.of("a", Map.of("a", URI, "c", URI));
    Cluster three = Cluster.of("c", Map.of("a", URI, "b", URI, "c", URI));

    assertThat(three.own())
        .isEqualTo(Objects.requireNonNull(two.node("c")).number())
        .isBetween(1, 255);
    assertThat(two.own()).isEqualTo(Objects.requireNonNull(three.node("a")).number());
    assertThat(Objects.requireNonNull(three.node(two.own())).name()).isEqualTo("a");
    assertThat(three.isOwn(two.own())).isFalse();
    assertThat(three.node(0)).isNull();
  }

  @Test
  void numbersAreNeverGivenTwice() {
    Map<String, ClusterNodeUri> all = new TreeMap<>();
    for (int i = 0; i < 255; i++) {
      all.put("node" + i, URI);
    }
    Set<Integer> numbers = new HashSet<>();
    Cluster.of("node7", all).all().forEach(node -> numbers.add(node.number()));

    assertThat(numbers).hasSize(255).allMatch(number -> number >= 1 && number <= 255);
  }

  @Test
  void aloneEveryFlowIsOwn() {
    assertThat(Cluster.ALONE.own()).isZero();
    assertThat(Cluster.ALONE.isOwn(0)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1", "sips:10.0.0.1", "sip:a@10.0.0.1", "sip:h;transport=tls"})
  void refusesWhatIsNoNode(String text) {
    assertThatThrownBy(() -> ClusterNodeUri.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

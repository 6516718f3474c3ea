// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.config.ConfigBinder;
import io.fairlead.config.Setting;
import io.fairlead.config.YamlSource;
import io.fairlead.guard.EmergencyNumbers;
import io.fairlead.loop.ManualLoop;
import io.fairlead.loop.SipHash;
import io.fairlead.observe.Meters;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.store.SharedCounts.NodeCount;
import io.fairlead.transport.CapturedFlow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Several nodes that tell each other without delay pass a limit by no more than they are less 1.
 */
class ClusterLimitsTest {
  private static final byte[] INVITE =
      """
      INVITE sip:bob@example.com SIP/2.0
      Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx
      From: <sip:alice@example.org>;tag=1
      To: <sip:bob@example.com>
      Call-ID: c
      CSeq: 1 INVITE
      Max-Forwards: 70
      Content-Length: 0

      """
          .replace("\n", "\r\n")
          .getBytes(StandardCharsets.US_ASCII);

  /** The part of a configuration that is needed here. */
  record Root(@Setting(doc = "limits") List<LimitSettings> limits) {}

  private static final class Node {
    final Limits limits;
    final CallLimiter limiter;
    final Deque<CallLimits> calls = new ArrayDeque<>();
    final Map<String, NodeCount> told = new HashMap<>();
    boolean hurried;

    Node(int most) {
      String yaml =
          "limits: [ { name: one, key: from-user, scope: cluster, max-calls: " + most + " } ]";
      limits =
          Limits.of(
              ConfigBinder.bind(Root.class, YamlSource.of("limits", yaml)).orThrow().limits(),
              List.of(),
              EmergencyNumbers.NONE,
              new Limits.Tools(new Meters(), () -> 1, Runnable::run, new SipHash(1, 2)));
      limiter = limits.on(new ManualLoop());
      limits.cluster().listen(() -> hurried = true);
    }

    boolean call() {
      SipRequest r = (SipRequest) new SipParser().parse(INVITE, 0, INVITE.length);
      CallLimits call =
          Objects.requireNonNull(
              limiter.begin(Objects.requireNonNull(r), CapturedFlow.udp("192.0.2.9", 5060), false));
      boolean passes = call.take(r, null, null) == null;
      if (passes) {
        calls.add(call);
      } else {
        call.release();
      }
      return passes;
    }
  }

  private final List<Node> nodes = new ArrayList<>();

  private void start(int count, int most) {
    for (int i = 0; i < count; i++) {
      nodes.add(new Node(most));
    }
    nodes.forEach(node -> node.limits.cluster().nodes(count));
  }

  // Who hears tells in the same turn what it has not told yet.
  private void settle(Node node) {
    tell(node);
    nodes.stream().filter(other -> other != node).forEach(this::tell);
  }

  private void tell(Node node) {
    node.hurried = false;
    node.limits.cluster().changed(each -> node.told.put(each.key(), each));
    for (Node other : nodes) {
      for (NodeCount each : node.told.values()) {
        int sum = 0;
        for (Node teller : nodes) {
          NodeCount of = teller == other ? null : teller.told.get(each.key());
          sum += of == null ? 0 : of.count();
        }
        if (other != node) {
          other.limits.cluster().elsewhere(new NodeCount(each.key(), sum, each.shown()));
        }
      }
    }
  }

  private int live() {
    return nodes.stream().mapToInt(node -> node.calls.size()).sum();
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "2, 2", "2, 7", "3, 10", "4, 100", "5, 3"})
  void theErrorIsLessThanTheNumberOfNodes(int count, int most) {
    start(count, most);
    SplittableRandom random = new SplittableRandom(most);
    int worst = 0;
    boolean reached = false;
    for (int step = 0; step < 20_000; step++) {
      Node node = nodes.get(random.nextInt(count));
      if (random.nextInt(5) < 3) {
        reached |= !node.call();
      } else if (!node.calls.isEmpty()) {
        node.calls.remove().release();
      }
      if (node.hurried || random.nextInt(10) == 0) {
        settle(node);
      }
      worst = Math.max(worst, live());
    }
    assertThat(reached).isTrue();
    assertThat(worst).isBetween(most, most + count - 1);
    nodes.forEach(node -> node.calls.forEach(CallLimits::release));
    nodes.forEach(this::settle);
    for (Node node : nodes) {
      LimitStatus status = node.limits.status(5).getFirst();
      assertThat(status.calls()).isZero();
      assertThat(status.holders()).allMatch(each -> each.calls() == 0);
    }
  }

  @Test
  void whoHasRoomIsNotRefusedWhereverHeCalls() {
    start(2, 4);
    for (int i = 0; i < 4; i++) {
      assertThat(nodes.getFirst().call()).isTrue();
    }
    settle(nodes.getFirst());
    assertThat(nodes.getLast().call()).isFalse();
    nodes.getFirst().calls.remove().release();
    settle(nodes.getFirst());
    assertThat(nodes.getLast().call()).isTrue();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Two Fairleads count calls together by a real Redis; one of them is killed, then Redis. */
@Timeout(240)
@Execution(ExecutionMode.SAME_THREAD)
class ClusterLimitIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private final RedisProcess redis = new RedisProcess();
  private final AnsweringBackend backend = new AnsweringBackend();
  private final List<InetSocketAddress> listeners = List.of(Loopback.free(), Loopback.free());
  private final List<AutoCloseable> open = new ArrayList<>(List.of(redis, backend));

  private FairleadProcess node(int number) {
    FairleadProcess started =
        FairleadProcess.run(
            """
            listeners: [ udp://%s ]
            guard:
              limits:
                - { name: users, key: from-user, max-calls: 4, scope: cluster, from-backends: on }
            pools:
              farm: { health: off, backends: [ { name: b1, uri: "sip:%s" } ] }
            routes: [ { to: farm } ]
            cluster:
              node: n%d
              nodes: { n1: "sip:%s", n2: "sip:%s" }
              keys: a key for tests, long enough
              store: { redis: "redis://127.0.0.1:%d/0", password: sesame }
            control: { socket: %s }
            """
                .formatted(
                    Loopback.text(listeners.get(number - 1)),
                    Loopback.text(backend.address()),
                    number,
                    Loopback.text(listeners.get(0)),
                    Loopback.text(listeners.get(1)),
                    redis.port(),
                    socket(number)));
    open.add(started);
    return started;
  }

  private Path socket(int number) {
    return folder.resolve("n" + number + ".sock");
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  /** One call; the status it was answered with. */
  private int call(int number, List<TextDialog> living) {
    InetSocketAddress target = listeners.get(number - 1);
    TextPeer peer = new TextPeer(TestTransport.UDP, target);
    open.add(peer);
    TextDialog dialog = new TextDialog(peer, target);
    dialog.invite(UUID.randomUUID().toString());
    String response = peer.receiveFinal();
    if (TextPeer.status(response) == 200) {
      dialog.isAnswered(response);
      living.add(dialog);
    }
    return TextPeer.status(response);
  }

  private boolean knows(int number, int calls) {
    try (Program asked =
        FairleadProcess.command("limits", "--json", "--socket", socket(number).toString())) {
      asked.await(Duration.ofSeconds(30));
      return asked.read("output").contains("\"key\":\"alice\",\"calls\":" + calls + ",");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void awaitKnown(int number, int calls) {
    assertThat(Loopback.await(SOON, () -> knows(number, calls)))
        .as("node " + number + " knows of " + calls + " calls")
        .isTrue();
  }

  @Test
  void twoNodesCountTogetherAndADeadOneGivesBack() {
    FairleadProcess first = node(1);
    node(2);
    List<TextDialog> atFirst = new ArrayList<>();
    List<TextDialog> atSecond = new ArrayList<>();
    assertThat(call(1, atFirst)).isEqualTo(200);
    assertThat(call(1, atFirst)).isEqualTo(200);
    awaitKnown(2, 2);
    assertThat(call(2, atSecond)).isEqualTo(200);
    assertThat(call(2, atSecond)).isEqualTo(200);
    assertThat(call(2, atSecond)).as("four calls are there").isEqualTo(486);
    awaitKnown(1, 4);
    assertThat(call(1, atFirst)).isEqualTo(486);

    atSecond.removeFirst().hangUp();
    awaitKnown(1, 3);
    assertThat(call(1, atFirst)).isEqualTo(200);
    awaitKnown(2, 4);

    first.kill();
    awaitKnown(2, 1);
    for (int i = 0; i < 3; i++) {
      assertThat(call(2, atSecond)).as("the dead node holds nothing").isEqualTo(200);
    }
    assertThat(call(2, atSecond)).isEqualTo(486);

    // It comes back, and learns what is there.
    node(1);
    awaitKnown(1, 4);
    assertThat(call(1, atFirst)).isEqualTo(486);
  }

  @Test
  void aDeadRedisLeavesEachNodeItsOwnCountAndStopsNoCall() {
    FairleadProcess first = node(1);
    node(2);
    List<TextDialog> calls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      assertThat(call(2, calls)).isEqualTo(200);
    }
    awaitKnown(1, 4);
    assertThat(call(1, calls)).isEqualTo(486);

    redis.kill();
    assertThat(Loopback.await(SOON, () -> call(1, calls) == 200)).isTrue();
    assertThat(call(1, calls)).isEqualTo(200);
    assertThat(first.log().lines().filter(line -> line.contains("scope: cluster")).count())
        .isEqualTo(1);

    redis.restart();
    assertThat(Loopback.await(SOON, () -> knows(1, 6) && knows(2, 6))).isTrue();
    assertThat(call(2, calls)).isEqualTo(486);
    assertThat(first.log()).contains("counted together again");
  }
}

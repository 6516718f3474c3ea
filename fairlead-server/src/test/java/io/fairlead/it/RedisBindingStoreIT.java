// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.config.Secret;
import io.fairlead.loop.Loops;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.store.BindingStore;
import io.fairlead.store.BindingTable;
import io.fairlead.store.RedisAddress;
import io.fairlead.store.RedisBindingStore;
import io.fairlead.store.SharedStoreSettings;
import io.fairlead.store.StoreSettings;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two nodes share their bindings by a real Redis, which is killed, emptied and frozen. */
@Timeout(120)
class RedisBindingStoreIT {
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final AddressOfRecord ALICE = AddressOfRecord.of("alice@example.com");
  private static final AddressOfRecord BOB = AddressOfRecord.of("bob@example.com");

  private final RedisProcess redis = new RedisProcess();
  private Node a;
  private Node b;

  /** One Fairlead, as far as bindings go. */
  private final class Node implements AutoCloseable {
    private final int number;
    private final Loops loops = new Loops(2, () -> {});
    private final Meters meters = new Meters();
    private final BindingTable table;
    private final BindingStore keeper;

    Node(int number) {
      this.number = number;
      RedisAddress address = RedisAddress.parse("redis://127.0.0.1:" + redis.port() + "/3");
      keeper =
          new RedisBindingStore(
              new SharedStoreSettings(address, Secret.of("sesame")), number, meters);
      loops.start();
      table = table(number, loops, meters);
      table.open(keeper);
    }

    private static BindingTable table(int number, Loops loops, Meters meters) {
      return new BindingTable(
          StoreSettings.usual(),
          number,
          System.currentTimeMillis(),
          loops.all().stream().<Executor>map(loop -> loop::execute).toList(),
          meters);
    }

    /** As a registrar does, on the owner's loop; returns when it is done. */
    void register(AddressOfRecord aor, long id, String contact) {
      onOwner(
          aor,
          () -> {
            Binding binding = binding(id, contact, number, System.currentTimeMillis(), 3_600_000);
            table.put(aor, binding);
          });
    }

    void unregister(AddressOfRecord aor, long id) {
      onOwner(
          aor,
          () -> {
            table.remove(aor, id);
          });
    }

    private void onOwner(AddressOfRecord aor, Runnable change) {
      CountDownLatch done = new CountDownLatch(1);
      loops
          .get(table.owner(aor))
          .execute(() -> {
            change.run();
            done.countDown();
          });
      try {
        done.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    Set<String> contacts(AddressOfRecord aor) {
      Set<String> contacts = new TreeSet<>();
      for (Binding each : table.of(aor, System.currentTimeMillis())) {
        contacts.add(new String(each.contact(), StandardCharsets.UTF_8));
      }
      return contacts;
    }

    long losses() {
      return meters.counter(Meter.REDIS_LOSSES).value();
    }

    @Override
    public void close() {
      keeper.close();
      loops.stop(Duration.ofSeconds(5));
    }
  }

  private static Binding binding(long id, String contact, int node, long atMs, long forMs) {
    return new Binding(
        id,
        contact.getBytes(StandardCharsets.UTF_8),
        1000,
        Binding.NONE,
        Binding.Device.UNKNOWN,
        new Binding.Renewal(7, 1, atMs, atMs + forMs),
        new Binding.Origin("udp", "udp", new InetSocketAddress("192.0.2.1", 5062), 0, true, node),
        Binding.Upstream.NOBODY);
  }

  @BeforeEach
  void start() {
    a = new Node(1);
    b = new Node(2);
  }

  @AfterEach
  void stop() {
    a.close();
    b.close();
    redis.close();
  }

  private static void await(String what, BooleanSupplier met) {
    assertThat(Loopback.await(LIMIT, met)).as(what).isTrue();
  }

  private void shows(Node node, AddressOfRecord aor, String... contacts) {
    await(
        "node " + node.number + " does not show " + List.of(contacts) + " for " + aor,
        () -> node.contacts(aor).equals(Set.of(contacts)));
  }

  private void command(Consumer<StatefulRedisConnection<String, String>> use) {
    RedisURI uri =
        RedisURI.builder()
            .withHost("127.0.0.1")
            .withPort(redis.port())
            .withDatabase(3)
            .withPassword("sesame".toCharArray())
            .build();
    RedisClient client = RedisClient.create(uri);
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      use.accept(connection);
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
  }

  @Test
  void eachNodeSeesWhatTheOtherOneChanges() {
    a.register(ALICE, 11, "sip:alice@192.0.2.1");
    b.register(BOB, 21, "sip:bob@192.0.2.2");

    shows(b, ALICE, "sip:alice@192.0.2.1");
    shows(a, BOB, "sip:bob@192.0.2.2");
    assertThat(b.table.of(ALICE, System.currentTimeMillis()).getFirst().origin().node())
        .isEqualTo(1);

    b.unregister(ALICE, 11);

    shows(a, ALICE);
  }

  @Test
  void aNodeThatStartsLaterReadsAllBeforeItsStartEnds() {
    for (int i = 1; i <= 1500; i++) {
      a.register(AddressOfRecord.of("u" + i + "@example.com"), i, "sip:u" + i + "@192.0.2.1");
    }
    await("node 2 has all", () -> b.table.size() == 1500);

    try (Node c = new Node(3)) {
      await("node 3 has all", () -> c.table.size() == 1500);
      assertThat(c.meters.counter(Meter.REDIS_RECEIVED).value()).isGreaterThanOrEqualTo(1500);
    }
  }

  @Test
  void aKilledRedisStopsNobodyAndBothNodesConvergeWhenItIsBackEmpty() {
    a.register(ALICE, 11, "sip:alice@192.0.2.1");
    a.register(BOB, 12, "sip:bob@192.0.2.1");
    shows(b, ALICE, "sip:alice@192.0.2.1");
    shows(b, BOB, "sip:bob@192.0.2.1");

    redis.kill();
    await("both nodes notice", () -> a.losses() == 1 && b.losses() == 1);
    for (int i = 1; i <= 500; i++) {
      a.register(ALICE, 100, "sip:alice@192.0.2." + i % 200);
    }
    a.unregister(BOB, 12);
    b.register(BOB, 21, "sip:bob@192.0.2.9");
    assertThat(a.contacts(ALICE))
        .containsExactlyInAnyOrder("sip:alice@192.0.2.1", "sip:alice@192.0.2.100");

    redis.restart();

    shows(b, ALICE, "sip:alice@192.0.2.1", "sip:alice@192.0.2.100");
    shows(a, BOB, "sip:bob@192.0.2.9");
    shows(b, BOB, "sip:bob@192.0.2.9");
    assertThat(a.losses()).isEqualTo(1);
  }

  @Test
  void anEmptiedRedisIsFilledAgainByEachNode() {
    a.register(ALICE, 11, "sip:alice@192.0.2.1");
    b.register(BOB, 21, "sip:bob@192.0.2.2");
    shows(b, ALICE, "sip:alice@192.0.2.1");
    shows(a, BOB, "sip:bob@192.0.2.2");

    command(each -> each.sync().flushall());

    command(each -> await("Redis has both and its mark again", () -> each.sync().dbsize() == 3));
    assertThat(a.contacts(BOB)).hasSize(1);
  }

  @Test
  void aFrozenRedisNeverHoldsARegistrationUp() {
    a.register(ALICE, 11, "sip:alice@192.0.2.1");
    shows(b, ALICE, "sip:alice@192.0.2.1");

    redis.freeze();
    try {
      for (int i = 1; i <= 3000; i++) {
        a.register(AddressOfRecord.of("u" + i + "@example.com"), 1000 + i, "sip:u@192.0.2." + i);
      }
      assertThat(a.table.size()).isEqualTo(3001);
      await("node 1 notices", () -> a.losses() == 1);
    } finally {
      redis.thaw();
    }

    await("node 2 has all", () -> b.table.size() == 3001);
  }

  @Test
  void whatRedisHasEndsWithTheBinding() {
    long atMs = System.currentTimeMillis();
    a.onOwner(
        ALICE,
        () -> {
          Binding brief = binding(11, "sip:alice@192.0.2.1", 1, atMs, 1_500);
          a.table.put(ALICE, brief);
          a.keeper.changed(ALICE, 11, brief);
        });
    shows(b, ALICE, "sip:alice@192.0.2.1");

    command(each -> await("only the mark is left", () -> each.sync().dbsize() == 1));
  }

  @Test
  void anOldMessageDoesNotUndoANewerState() {
    long nowMs = System.currentTimeMillis();
    Binding newer = binding(11, "sip:alice@192.0.2.1", 1, nowMs, 3_600_000);
    a.onOwner(
        ALICE,
        () -> {
          a.table.put(ALICE, newer);
          a.keeper.changed(ALICE, 11, newer);
        });
    shows(b, ALICE, "sip:alice@192.0.2.1");

    Binding older = binding(11, "sip:alice@192.0.2.77", 2, nowMs - 5_000, 3_600_000);
    Binding marker = binding(12, "sip:bob@192.0.2.2", 2, nowMs, 3_600_000);
    b.onOwner(ALICE, () -> b.keeper.changed(ALICE, 11, older));
    b.onOwner(BOB, () -> b.keeper.changed(BOB, 12, marker));

    shows(a, BOB, "sip:bob@192.0.2.2");
    assertThat(a.contacts(ALICE)).containsExactly("sip:alice@192.0.2.1");
  }

  @Test
  void aWrongPasswordIsNeverWrittenAnywhere() {
    Meters meters = new Meters();
    RedisAddress address =
        RedisAddress.parse("redis://:open-barley@127.0.0.1:" + redis.port() + "/3");
    try (RedisBindingStore keeper =
        new RedisBindingStore(new SharedStoreSettings(address, null), 9, meters)) {
      Node.table(9, a.loops, meters).open(keeper);
      assertThat(meters.counter(Meter.REDIS_LOSSES).value()).isEqualTo(1);
      assertThat(address.toString()).doesNotContain("barley");
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class BindingTableTest {
  private static final long NOW_MS = 1_800_000_000_000L;

  private final Meters meters = new Meters();

  private BindingTable table(int maxBindings, int node, int loops) {
    return new BindingTable(
        new StoreSettings(maxBindings, Duration.ofSeconds(1)),
        node,
        NOW_MS,
        Collections.nCopies(loops, (Executor) Runnable::run),
        meters);
  }

  private static Binding binding(String text, long expiresMs) {
    return new Binding(
        0,
        text.getBytes(StandardCharsets.US_ASCII),
        1000,
        Binding.NONE,
        Binding.Device.UNKNOWN,
        new Binding.Renewal(text.hashCode(), 1, NOW_MS, expiresMs),
        new Binding.Origin(
            "public",
            "udp",
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 5060),
            0,
            true,
            0),
        Binding.Upstream.NOBODY);
  }

  @Test
  void refusesWhatIsTooManyAndTakesItWhenOthersWent() {
    BindingTable table = table(10, 0, 2);
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      ids.add(table.put(AddressOfRecord.of("u" + i + "@a"), binding("sip:x", NOW_MS + 1000)));
    }
    assertThat(ids).doesNotContain(0L).doesNotHaveDuplicates();
    AddressOfRecord more = AddressOfRecord.of("more@a");
    assertThat(table.put(more, binding("sip:x", NOW_MS + 1000))).isZero();
    assertThat(table.has(more, NOW_MS)).isFalse();
    assertThat(meters.counter(Meter.STORE_FULL).value()).isEqualTo(1);
    AddressOfRecord first = AddressOfRecord.of("u0@a");
    assertThat(table.put(first, binding("sip:y", NOW_MS + 9000).withId(ids.getFirst())))
        .isEqualTo(ids.getFirst());
    table.remove(first, ids.getFirst());
    assertThat(table.put(more, binding("sip:x", NOW_MS + 1000))).isNotZero();
  }

  @Test
  void refusesWhatIsTooLong() {
    BindingTable table = table(10, 0, 1);
    AddressOfRecord aor = AddressOfRecord.of("a@b");
    assertThat(table.put(aor, binding("x".repeat(17_000), NOW_MS + 1000))).isZero();
    assertThat(table.put(aor, binding("x".repeat(16_000), NOW_MS + 1000))).isNotZero();
    assertThat(table.of(aor, NOW_MS).getFirst().contact()).hasSize(16_000);
  }

  @Test
  void usesMemoryAgain() {
    BindingTable table = table(2000, 0, 1);
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      AddressOfRecord aor = AddressOfRecord.of("user" + round + "@b");
      Set<Long> ids = new HashSet<>();
      for (int i = 0; i < 200; i++) {
        ids.add(table.put(aor, binding("x".repeat(random.nextInt(8000)), NOW_MS + 1000)));
      }
      assertThat(ids).hasSize(200).doesNotContain(0L);
      ids.forEach(id -> table.remove(aor, id));
    }
    assertThat(table.size()).isZero();
    assertThat(table.addresses()).isZero();
  }

  @Test
  void idsBearTheNodeAndGoOnBehindThoseInUse() {
    AddressOfRecord aor = AddressOfRecord.of("a@b");
    long id = table(10, 200, 1).put(aor, binding("sip:x", NOW_MS + 1000));
    assertThat(id >>> 56).isEqualTo(200);
    // The clock was set back an hour since that id was given.
    BindingTable later =
        new BindingTable(
            StoreSettings.usual(), 200, NOW_MS - 3_600_000, List.of(Runnable::run), new Meters());
    later.open(new Recorder(aor, binding("sip:x", NOW_MS + 1000).withId(id + 5)));
    assertThat(later.put(aor, binding("sip:y", NOW_MS + 1000))).isEqualTo(id + 6);
  }

  /** Keeps one binding and notes what it is told. */
  private static final class Recorder implements BindingStore {
    final List<String> told = new ArrayList<>();
    private final AddressOfRecord aor;
    private final Binding binding;
    @Nullable Sink sink;

    Recorder(AddressOfRecord aor, Binding binding) {
      this.aor = aor;
      this.binding = binding;
    }

    @Override
    public void open(Sink to) {
      sink = to;
      to.put(aor, binding);
    }

    @Override
    public void changed(AddressOfRecord of, long id, @Nullable Binding changed) {
      told.add(changed == null ? "removed " + id : "put " + changed.id());
    }

    @Override
    public void close() {}
  }

  @Test
  void tellsTheKeeperWhatIsChangedHereOnly() {
    AddressOfRecord aor = AddressOfRecord.of("a@b");
    Recorder keeper = new Recorder(aor, binding("sip:x", NOW_MS + 1000).withId(77));
    BindingTable table = table(10, 0, 2);
    List<String> gone = new ArrayList<>();
    table.watch((of, binding, why) -> gone.add(binding.id() + " " + why));
    table.open(keeper);
    BindingStore.Sink sink = java.util.Objects.requireNonNull(keeper.sink);
    sink.put(aor, binding("sip:y", NOW_MS + 1000).withId(78));
    sink.remove(aor, 78);
    assertThat(keeper.told).isEmpty();
    long id = table.put(aor, binding("sip:z", NOW_MS + 60_000));
    table.remove(aor, 4711);
    table.sweep(
        table.owner(aor),
        NOW_MS + 1000,
        10,
        due -> {
          if (!due.expired()) {
            due.end();
          }
        });
    assertThat(keeper.told).containsExactly("put " + id, "removed " + id);
    assertThat(gone).containsExactlyInAnyOrder("77 expired", id + " unanswered");
    assertThat(table.size()).isZero();
  }

  @Test
  void sweepsManyInPartsAndEachOnce() {
    BindingTable table = table(100_000, 0, 1);
    for (int i = 0; i < 50_000; i++) {
      table.put(AddressOfRecord.of("u" + i + "@b"), binding("sip:x", NOW_MS + 600_000));
    }
    Set<Long> seen = new HashSet<>();
    AtomicLong shown = new AtomicLong();
    for (int tick = 0; tick <= 120; tick++) {
      int count =
          table.sweep(
              0,
              NOW_MS + 10L * tick,
              700,
              due -> {
                seen.add(due.binding().id());
                shown.incrementAndGet();
                due.again(NOW_MS + 300_000, 1);
              });
      assertThat(count).isLessThanOrEqualTo(700);
    }
    assertThat(seen).hasSize(50_000);
    assertThat(shown).hasValue(50_000);
  }

  @Test
  void readersNeverSeeTornOrForeignRecords() throws InterruptedException {
    int loops = 2;
    BindingTable table = table(5000, 0, loops);
    AddressOfRecord[] users = new AddressOfRecord[200];
    Arrays.setAll(users, i -> AddressOfRecord.of("user" + i + "x".repeat(i % 40) + "@test"));
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong wrong = new AtomicLong();
    AtomicLong read = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int reader = 0; reader < 2; reader++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                while (!stop.get()) {
                  for (AddressOfRecord user : users) {
                    table.has(user, NOW_MS);
                    for (Binding binding : table.of(user, NOW_MS)) {
                      read.incrementAndGet();
                      wrong.addAndGet(consistent(user, binding) ? 0 : 1);
                    }
                  }
                  table.forEach(
                      NOW_MS, (aor, binding) -> wrong.addAndGet(consistent(aor, binding) ? 0 : 1));
                }
              }));
    }
    List<Thread> writers = new ArrayList<>();
    for (int loop = 0; loop < loops; loop++) {
      int own = loop;
      writers.add(Thread.ofPlatform().start(() -> write(table, own, users)));
    }
    for (Thread writer : writers) {
      writer.join();
    }
    while (read.get() == 0) {
      Thread.onSpinWait();
    }
    stop.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(wrong).hasValue(0);
  }

  private static void write(BindingTable table, int loop, AddressOfRecord[] users) {
    Random random = new Random(loop);
    List<AddressOfRecord> mine = Arrays.stream(users).filter(u -> table.owner(u) == loop).toList();
    for (int i = 0; i < 150_000; i++) {
      AddressOfRecord user = mine.get(random.nextInt(mine.size()));
      List<Binding> known = table.of(user, NOW_MS);
      Binding next = telling(user, random.nextInt(300), i);
      if (known.size() > 2) {
        table.remove(user, known.get(random.nextInt(known.size())).id());
      } else if (!known.isEmpty() && random.nextBoolean()) {
        table.put(user, next.withId(known.getFirst().id()));
      } else {
        table.put(user, next);
      }
    }
  }

  /** Each part tells what the others must be. */
  private static Binding telling(AddressOfRecord user, int length, int number) {
    byte[] fill = new byte[length];
    Arrays.fill(fill, (byte) number);
    return new Binding(
        0,
        user.bytes(),
        number % 1000,
        fill,
        new Binding.Device(fill, 0, user.toString()),
        new Binding.Renewal(number, number, NOW_MS + number, NOW_MS + number + 1000),
        new Binding.Origin(
            "public",
            "udp",
            new InetSocketAddress(InetAddress.getLoopbackAddress(), number % 60_000),
            number,
            true,
            0),
        Binding.Upstream.NOBODY);
  }

  private static boolean consistent(AddressOfRecord user, Binding binding) {
    int number = (int) binding.renewal().cseq();
    Binding expected = telling(user, binding.path().length, number);
    return Arrays.equals(expected.contact(), binding.contact())
        && Arrays.equals(expected.path(), binding.path())
        && Arrays.equals(expected.device().instance(), binding.device().instance())
        && expected.device().agent().equals(binding.device().agent())
        && expected.renewal().equals(binding.renewal())
        && expected.origin().equals(binding.origin())
        && expected.q() == binding.q();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.Meters;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table gives the same answers as plain objects do, also after it was read from files. */
final class BindingsContractTest {
  private static final int LOOPS = 3;
  private static final long START_MS = 1_800_000_000_000L;

  @TempDir Path folder;

  private final List<AddressOfRecord> users = new ArrayList<>();
  private final Map<Long, Long> ids = new HashMap<>();
  private final Set<Long> given = new HashSet<>();
  private HeapBindings plain = new HeapBindings(LOOPS);
  private long nowMs = START_MS;
  private int inPlace;

  static BindingTable table(long nowMs) {
    return new BindingTable(
        StoreSettings.usual(),
        7,
        nowMs,
        java.util.Collections.nCopies(LOOPS, (Executor) Runnable::run),
        new Meters());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void tableAnswersAsPlainObjectsDo(long seed) {
    play(new Random(seed), table(nowMs), 3000);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void tableAnswersTheSameWhenOpenedAgain(long seed) {
    Random random = new Random(seed);
    for (int life = 0; life < 6; life++) {
      BindingTable table = table(START_MS - life);
      FileBindingStore keeper =
          new FileBindingStore(folder, StoreSettings.usual(), () -> nowMs, new Meters());
      table.open(keeper);
      compare(table);
      forgetWhatIsDue();
      play(random, table, 800);
      keeper.close();
    }
  }

  /** As a restart does: each binding is new to who sweeps. */
  private void forgetWhatIsDue() {
    HeapBindings next = new HeapBindings(LOOPS);
    Map<Long, Long> nextIds = new HashMap<>();
    plain.forEach(
        nowMs, (aor, binding) -> nextIds.put(next.put(aor, binding.withId(0)), id(binding.id())));
    plain = next;
    nextIds.forEach((plainId, id) -> ids.put(plainId, id));
  }

  private void play(Random random, BindingTable table, int turns) {
    RandomBindings make = new RandomBindings(random);
    for (int i = users.size(); i < 60; i++) {
      users.add(make.aor());
    }
    for (int turn = 0; turn < turns; turn++) {
      AddressOfRecord aor = users.get(random.nextInt(users.size()));
      List<Binding> known = plain.of(aor, nowMs);
      switch (random.nextInt(14)) {
        case 0, 1, 2 -> add(aor, make.binding(0, nowMs, nowMs + life(random)), table);
        case 3, 4, 5 -> renew(random, make, aor, known, table);
        case 6 -> remove(random, aor, known, table);
        case 10 -> renewInPlace(random, make, aor, known, table);
        case 7 -> alive(random, aor, known, table);
        case 8, 9 -> sweep(random, table);
        default -> nowMs += random.nextInt(4000);
      }
      nowMs++;
      compare(aor, table);
      if (turn % 50 == 0) {
        compare(table);
      }
    }
    compare(table);
    assertThat(inPlace).isPositive();
  }

  private static long life(Random random) {
    return 1000L * random.nextInt(1, random.nextInt(10) == 0 ? 2000 : 120);
  }

  private void add(AddressOfRecord aor, Binding binding, BindingTable table) {
    long plainId = plain.put(aor, binding);
    long id = table.put(aor, binding);
    assertThat(id).isNotZero();
    assertThat(given.add(id)).isTrue();
    ids.put(plainId, id);
  }

  private void renew(
      Random random,
      RandomBindings make,
      AddressOfRecord aor,
      List<Binding> known,
      BindingTable table) {
    if (!known.isEmpty()) {
      long plainId = known.get(random.nextInt(known.size())).id();
      long id = id(plainId);
      Binding next = make.binding(id, nowMs, nowMs + life(random));
      Binding.Origin before = plain.of(aor, nowMs).getFirst().origin();
      if (random.nextInt(3) > 0) {
        next = over(next, before);
      }
      plain.put(aor, next.withId(plainId));
      assertThat(table.put(aor, next)).isEqualTo(id);
    }
  }

  /** Mostly what is known, else with one thing changed. */
  private void renewInPlace(
      Random random,
      RandomBindings make,
      AddressOfRecord aor,
      List<Binding> known,
      BindingTable table) {
    if (known.isEmpty()) {
      return;
    }
    Binding one = known.getFirst();
    Binding other = make.binding(0, nowMs, nowMs);
    Binding.Device device = one.device();
    byte[] contact = random.nextInt(8) == 0 ? other.contact() : one.contact();
    byte[] path = random.nextInt(8) == 0 ? other.path() : one.path();
    int regId = random.nextInt(8) == 0 ? device.regId() + 1 : device.regId();
    byte[] agent = device.agent().getBytes(StandardCharsets.UTF_8);
    Binding.Origin origin = random.nextInt(8) == 0 ? other.origin() : one.origin();
    Binding.Renewal renewal =
        new Binding.Renewal(
            one.renewal().callIdHash() + (random.nextInt(8) == 0 ? 1 : 0),
            one.renewal().cseq() + random.nextInt(3),
            nowMs,
            nowMs + life(random));
    boolean[] done = new boolean[2];
    for (int i = 0; i < 2; i++) {
      BindingDraft said = new BindingDraft();
      said.begin(aor, origin);
      said.contact(contact, 0, contact.length, one.q());
      said.path(path);
      said.device(device.instance(), 0, device.instance().length, regId);
      said.agent(agent, 0, agent.length);
      done[i] = (i == 0 ? plain : table).renew(aor, said, renewal);
    }
    inPlace += done[0] && done[1] ? 1 : 0;
    // Either may refuse: what has expired and was not swept yet stands in the way, and a record may
    // have outgrown its block.
    if (done[0] && !done[1]) {
      table.put(aor, plain.of(aor, nowMs).getFirst().withId(id(one.id())));
    } else if (done[1] && !done[0]) {
      plain.put(aor, table.of(aor, nowMs).getFirst().withId(one.id()));
    }
  }

  private static Binding over(Binding next, Binding.Origin origin) {
    return new Binding(
        next.id(),
        next.contact(),
        next.q(),
        next.path(),
        next.device(),
        next.renewal(),
        origin,
        next.upstream());
  }

  private void remove(Random random, AddressOfRecord aor, List<Binding> known, BindingTable table) {
    if (!known.isEmpty()) {
      long plainId = known.get(random.nextInt(known.size())).id();
      plain.remove(aor, plainId);
      table.remove(aor, id(plainId));
    }
    table.remove(aor, 12345);
  }

  private void alive(Random random, AddressOfRecord aor, List<Binding> known, BindingTable table) {
    assertThat(table.alive(aor, 12345, 5)).isFalse();
    if (!known.isEmpty()) {
      long plainId = known.get(random.nextInt(known.size())).id();
      int rttMs = random.nextInt(2000);
      assertThat(table.alive(aor, id(plainId), rttMs)).isTrue();
      assertThat(plain.alive(aor, plainId, rttMs)).isTrue();
      assertThat(table.rttMs(aor, id(plainId))).isEqualTo(rttMs);
    }
  }

  private record Shown(long id, boolean expired, int unanswered) {}

  private void sweep(Random random, BindingTable table) {
    // The table counts in whole seconds: something is due in neither, or in both.
    nowMs = Math.ceilDiv(nowMs, 1000) * 1000;
    long step = 1000L * random.nextInt(1, 30);
    boolean ends = random.nextInt(10) == 0;
    for (int loop = 0; loop < LOOPS; loop++) {
      Set<Shown> expected = new HashSet<>();
      plain.sweep(
          loop,
          nowMs,
          Integer.MAX_VALUE,
          due -> {
            expected.add(new Shown(id(due.binding().id()), due.expired(), due.unanswered()));
            answer(due, step, ends);
          });
      Set<Shown> shown = new HashSet<>();
      int count =
          table.sweep(
              loop,
              nowMs,
              Integer.MAX_VALUE,
              due -> {
                shown.add(new Shown(due.binding().id(), due.expired(), due.unanswered()));
                answer(due, step, ends);
              });
      assertThat(shown).isEqualTo(expected).hasSize(count);
    }
  }

  private void answer(Bindings.Due due, long step, boolean ends) {
    if (ends && due.binding().q() % 5 == 0) {
      due.end();
    } else {
      due.again(nowMs + step, Math.max(0, due.unanswered()) + 1);
    }
  }

  private void compare(AddressOfRecord aor, BindingTable table) {
    List<Binding> expected =
        plain.of(aor, nowMs).stream().map(each -> each.withId(id(each.id()))).toList();
    // Within one millisecond any order is right.
    Comparator<Binding> order =
        Comparator.comparingLong((Binding each) -> -each.renewal().atMs())
            .thenComparingLong(Binding::id);
    List<Binding> found = table.of(aor, nowMs);
    assertThat(found)
        .isSortedAccordingTo(Comparator.comparingLong((Binding each) -> -each.renewal().atMs()));
    assertThat(found.stream().sorted(order).map(each -> text(aor, each)).toList())
        .isEqualTo(expected.stream().sorted(order).map(each -> text(aor, each)).toList());
    assertThat(table.has(aor, nowMs)).isEqualTo(!expected.isEmpty());
  }

  private static String text(AddressOfRecord aor, Binding binding) {
    return HexFormat.of().formatHex(BindingCodec.bytes(aor, binding));
  }

  private void compare(BindingTable table) {
    users.forEach(aor -> compare(aor, table));
    Map<Long, AddressOfRecord> expected = new HashMap<>();
    plain.forEach(nowMs, (aor, binding) -> expected.put(id(binding.id()), aor));
    Map<Long, AddressOfRecord> found = new HashMap<>();
    table.forEach(nowMs, (aor, binding) -> found.put(binding.id(), aor));
    assertThat(found).isEqualTo(expected);
    assertThat(table.size()).isGreaterThanOrEqualTo(found.size());
    assertThat(table.addresses()).isGreaterThanOrEqualTo(new HashSet<>(found.values()).size());
  }

  private long id(long plainId) {
    return java.util.Objects.requireNonNull(ids.get(plainId));
  }
}

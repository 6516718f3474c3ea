// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileBindingStoreTest {
  private static final long NOW_MS = 1_800_000_000_000L;

  @TempDir Path folder;

  private final RandomBindings make = new RandomBindings(new Random(9));
  private final Meters meters = new Meters();
  private long nowMs = NOW_MS;

  private FileBindingStore keeper(Path where) {
    return new FileBindingStore(where, StoreSettings.usual(), () -> nowMs, meters);
  }

  private Map<String, Long> reopened(Path where) {
    BindingTable table = BindingsContractTest.table(NOW_MS);
    FileBindingStore keeper = keeper(where);
    table.open(keeper);
    keeper.close();
    return contents(table);
  }

  private Map<String, Long> contents(BindingTable table) {
    Map<String, Long> found = new TreeMap<>();
    table.forEach(nowMs, (aor, binding) -> found.put(aor.toString(), binding.renewal().cseq()));
    return found;
  }

  private Binding binding(int cseq, long lifeMs) {
    Binding any = make.binding(0, nowMs, nowMs + lifeMs);
    return new Binding(
        0,
        any.contact(),
        any.q(),
        any.path(),
        any.device(),
        new Binding.Renewal(1, cseq, nowMs, nowMs + lifeMs),
        any.origin(),
        any.upstream());
  }

  /** Each in a journal entry of its own, in this order. */
  private BindingTable tableOf(int count, Path where) {
    BindingTable table = BindingsContractTest.table(NOW_MS);
    FileBindingStore keeper = keeper(where);
    table.open(keeper);
    for (int i = 0; i < count; i++) {
      table.put(AddressOfRecord.of("u" + i + "@a"), binding(i, 60_000));
    }
    keeper.close();
    return table;
  }

  @Test
  void bringsBackWhatHolds() {
    BindingTable table = BindingsContractTest.table(NOW_MS);
    FileBindingStore keeper = keeper(folder);
    table.open(keeper);
    AddressOfRecord shorter = AddressOfRecord.of("shorter@a");
    long id = table.put(shorter, binding(1, 90_000));
    table.put(shorter, binding(2, 1000).withId(id));
    AddressOfRecord removed = AddressOfRecord.of("removed@a");
    table.remove(removed, table.put(removed, binding(3, 90_000)));
    AddressOfRecord longer = AddressOfRecord.of("longer@a");
    table.put(longer, binding(5, 90_000).withId(table.put(longer, binding(4, 1000))));
    keeper.close();
    nowMs += 30_000;
    assertThat(reopened(folder)).isEqualTo(Map.of("longer@a", 5L));
  }

  @Test
  void nobodyElseMayReadTheFiles() throws IOException {
    tableOf(3, folder);
    assertThat(Files.getPosixFilePermissions(folder.resolve("bindings.journal")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void cutsTheJournalAtAnyTornOrChangedPlace() throws IOException {
    int count = 4;
    Map<String, Long> all = contents(tableOf(count, folder));
    byte[] journal = Files.readAllBytes(folder.resolve("bindings.journal"));
    List<Long> ends = ends(folder.resolve("bindings.journal"));
    assertThat(ends).hasSize(count);
    for (int at = 0; at < journal.length; at++) {
      for (boolean cut : new boolean[] {true, false}) {
        byte[] harmed = cut ? Arrays.copyOf(journal, at) : journal.clone();
        if (!cut) {
          harmed[at] ^= (byte) (1 << at % 8);
        }
        int[] next = {0};
        Path file = folder.resolve("harmed");
        Files.write(file, harmed);
        JournalReader.Outcome outcome =
            JournalReader.read(
                file,
                (kind, bytes, from, to) -> {
                  BindingCodec.Entry entry = BindingCodec.read(bytes, from, to);
                  assertThat(entry).isNotNull();
                  assertThat(all).containsEntry("u" + next[0] + "@a", (long) next[0]);
                  next[0]++;
                });
        assertThat(outcome.good()).isLessThanOrEqualTo(at);
        assertThat(next[0]).isLessThan(count);
        // All entries before the harmed one are there.
        assertThat(next[0]).isEqualTo(before(at, ends));
      }
    }
  }

  private static List<Long> ends(Path journal) throws IOException {
    List<Long> ends = new ArrayList<>();
    JournalReader.read(
        journal,
        (kind, bytes, from, to) -> {
          long start = ends.isEmpty() ? JournalWriter.HEAD : ends.getLast();
          ends.add(start + JournalWriter.ENTRY_HEAD + 1 + to - from);
        });
    return ends;
  }

  private static int before(int at, List<Long> ends) {
    return (int) ends.stream().filter(end -> end <= at).count();
  }

  @Test
  void goesOnBehindATornEnd() throws IOException {
    tableOf(3, folder);
    Path file = folder.resolve("bindings.journal");
    byte[] journal = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(journal, journal.length - 5));
    BindingTable table = BindingsContractTest.table(NOW_MS);
    FileBindingStore keeper = keeper(folder);
    table.open(keeper);
    assertThat(contents(table)).containsOnlyKeys("u0@a", "u1@a");
    table.put(AddressOfRecord.of("u9@a"), binding(9, 60_000));
    keeper.close();
    assertThat(reopened(folder)).containsOnlyKeys("u0@a", "u1@a", "u9@a");
  }

  @Test
  void takesASnapshotInPlaceOfAJournalThatIsNoneAndGoesOn() throws IOException {
    Files.write(
        folder.resolve("bindings.journal"),
        "something that is nothing of ours".getBytes(StandardCharsets.US_ASCII));
    assertThat(reopened(folder)).isEmpty();
    assertThat(meters.counter(Meter.STORE_SNAPSHOTS).value()).isEqualTo(1);
    Map<String, Long> all = contents(tableOf(50, folder));
    assertThat(reopened(folder)).isEqualTo(all).hasSize(50);
  }

  @Test
  void readsTheSnapshotThenOlderJournalsThenTheLast() throws IOException {
    tableOf(3, folder);
    // As when the process ended between a new journal and the snapshot.
    Files.move(folder.resolve("bindings.journal"), folder.resolve("bindings.journal.1"));
    BindingTable table = BindingsContractTest.table(NOW_MS);
    FileBindingStore keeper = keeper(folder);
    table.open(keeper);
    AddressOfRecord first = AddressOfRecord.of("u0@a");
    table.put(first, binding(77, 60_000).withId(table.of(first, nowMs).getFirst().id()));
    table.put(AddressOfRecord.of("late@a"), binding(5, 60_000));
    keeper.close();
    assertThat(reopened(folder))
        .isEqualTo(Map.of("u0@a", 77L, "u1@a", 1L, "u2@a", 2L, "late@a", 5L));
  }

  @Test
  void livesOnWithoutAFolderAndWritesAllWhenThereIsOne() throws IOException {
    Path where = folder.resolve("state");
    Files.write(where, new byte[] {1});
    BindingTable table = BindingsContractTest.table(NOW_MS);
    FileBindingStore keeper = keeper(where);
    table.open(keeper);
    table.put(AddressOfRecord.of("a@a"), binding(1, 60_000));
    assertThat(table.has(AddressOfRecord.of("a@a"), nowMs)).isTrue();
    assertThat(meters.counter(Meter.STORE_FAILURES).value()).isPositive();
    Files.delete(where);
    keeper.close();
    assertThat(reopened(where)).containsOnlyKeys("a@a");
  }

  @Test
  void twoKeepersNeverShareAFolder() {
    FileBindingStore first = keeper(folder);
    BindingsContractTest.table(NOW_MS).open(first);
    FileBindingStore second = keeper(folder);
    assertThatThrownBy(() -> BindingsContractTest.table(NOW_MS).open(second))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("another Fairlead");
    first.close();
  }
}

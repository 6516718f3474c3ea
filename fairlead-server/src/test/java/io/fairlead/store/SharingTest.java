// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.loop.ManualLoop;
import io.fairlead.observe.Meters;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What nodes tell each other, without a Redis between them. */
class SharingTest {
  private static final AddressOfRecord ALICE = AddressOfRecord.of("alice@example.com");
  private static final long NOW = 1_800_000_000_000L;

  private static Binding binding(long id, String contact, int node, long atMs) {
    return new Binding(
        id,
        contact.getBytes(StandardCharsets.UTF_8),
        1000,
        Binding.NONE,
        Binding.Device.UNKNOWN,
        new Binding.Renewal(7, 1, atMs, atMs + 60_000),
        new Binding.Origin("udp", "udp", new InetSocketAddress("192.0.2.1", 5062), 0, true, node),
        Binding.Upstream.NOBODY);
  }

  private static BindingChange put(long id, String contact, int node, long atMs) {
    return new BindingChange(
        BindingChange.version(atMs, node), id, ALICE, binding(id, contact, node, atMs));
  }

  private static BindingChange gone(long id, int node, long atMs) {
    return new BindingChange(BindingChange.version(atMs, node), id, ALICE, null);
  }

  // ---- Change ----

  @Test
  void aChangeIsReadAsItWasWritten() {
    BindingChange read =
        Objects.requireNonNull(BindingChange.read(put(5, "sip:a@192.0.2.1", 2, NOW).bytes()));

    assertThat(read.version()).isEqualTo(BindingChange.version(NOW, 2));
    assertThat(read.node()).isEqualTo(2);
    assertThat(read.aor()).isEqualTo(ALICE);
    assertThat(Objects.requireNonNull(read.binding()).id()).isEqualTo(5);
    assertThat(BindingChange.read(gone(6, 3, NOW).bytes())).isEqualTo(gone(6, 3, NOW));
  }

  @Test
  void everyCutChangeIsNone() {
    for (BindingChange change : List.of(put(5, "sip:a@192.0.2.1", 2, NOW))) {
      byte[] bytes = change.bytes();
      for (int length = 0; length < bytes.length; length++) {
        assertThat(BindingChange.read(java.util.Arrays.copyOf(bytes, length))).isNull();
      }
    }
    assertThat(BindingChange.read(new byte[40])).isNull();
  }

  @Test
  void aVersionFitsIntoTheNumbersRedisCompares() {
    long inTheYear2100 = 4_102_444_800_000L;

    assertThat(BindingChange.version(inTheYear2100, BindingChange.MAX_NODE)).isLessThan(1L << 53);
  }

  // ---- Outbox ----

  @Test
  void onlyTheNewestStateOfABindingWaits() {
    Outbox outbox = new Outbox(10);
    outbox.add(put(1, "sip:a@192.0.2.1", 1, NOW));
    outbox.add(put(1, "sip:a@192.0.2.2", 1, NOW + 1));

    assertThat(outbox.size()).isEqualTo(1);
    assertThat(outbox.next(5).getFirst().version()).isEqualTo(BindingChange.version(NOW + 1, 1));
  }

  @Test
  void aFullOutboxStillTakesNewStatesOfWhatWaits() {
    Outbox outbox = new Outbox(2);

    assertThat(outbox.add(gone(1, 1, NOW))).isTrue();
    assertThat(outbox.add(gone(2, 1, NOW))).isTrue();
    assertThat(outbox.add(gone(3, 1, NOW))).isFalse();
    assertThat(outbox.add(gone(2, 1, NOW + 1))).isTrue();
    assertThat(outbox.size()).isEqualTo(2);
  }

  @Test
  void whatChangedWhileItWasSentIsSentAgain() {
    Outbox outbox = new Outbox(10);
    outbox.add(put(1, "sip:a@192.0.2.1", 1, NOW));
    List<BindingChange> batch = outbox.next(10);
    outbox.add(put(1, "sip:a@192.0.2.1", 1, NOW + 1));

    outbox.sent(batch, NOW);

    assertThat(outbox.size()).isEqualTo(1);
  }

  @Test
  void rememberForAWhileWhatWasSent() {
    Outbox outbox = new Outbox(10);
    outbox.add(gone(1, 1, NOW));
    outbox.sent(outbox.next(10), NOW);

    assertThat(outbox.hasNewer(1, BindingChange.version(NOW - 1, 2))).isTrue();
    assertThat(outbox.hasNewer(1, BindingChange.version(NOW + 1, 2))).isFalse();

    outbox.sent(List.of(), NOW + 60_000);

    assertThat(outbox.hasNewer(1, BindingChange.version(NOW - 1, 2))).isFalse();
  }

  // ---- Arrivals ----

  private static final class Told implements BindingStore.Sink {
    private final List<String> lines = new ArrayList<>();

    @Override
    public void put(AddressOfRecord aor, Binding binding) {
      lines.add("put " + new String(binding.contact(), StandardCharsets.UTF_8));
    }

    @Override
    public void remove(AddressOfRecord aor, long id) {
      lines.add("remove " + id);
    }

    @Override
    public void records(BindingStore.Records visitor) {}
  }

  @Test
  void ownAndUnreadableMessagesAreLeftOut() {
    Told told = new Told();
    RemoteChanges arrivals = new RemoteChanges(1, new Outbox(10), new Meters(), 10);
    arrivals.into(told);

    arrivals.onMessage(put(1, "sip:a@192.0.2.1", 1, NOW).bytes());
    arrivals.onMessage(new byte[] {1, 2, 3});
    arrivals.onMessage(put(2, "sip:b@192.0.2.1", 2, NOW).bytes());
    arrivals.onMessage(gone(3, 2, NOW).bytes());

    assertThat(told.lines).containsExactly("put sip:b@192.0.2.1", "remove 3");
  }

  @Test
  void aMessageDoesNotUndoWhatIsStillToBeSent() {
    Told told = new Told();
    Outbox outbox = new Outbox(10);
    RemoteChanges arrivals = new RemoteChanges(1, outbox, new Meters(), 10);
    arrivals.into(told);
    outbox.add(gone(1, 1, NOW));

    arrivals.onMessage(put(1, "sip:a@192.0.2.1", 2, NOW - 1).bytes());
    arrivals.onMessage(put(1, "sip:a@192.0.2.2", 2, NOW + 1).bytes());

    assertThat(told.lines).containsExactly("put sip:a@192.0.2.2");
  }

  @Test
  void whatAScanShowsDoesNotUndoAMessageThatCameMeanwhile() {
    Told told = new Told();
    RemoteChanges arrivals = new RemoteChanges(1, new Outbox(10), new Meters(), 10);
    arrivals.into(told);

    arrivals.beginScan();
    arrivals.onMessage(gone(1, 2, NOW + 5).bytes());
    arrivals.onScanned(put(1, "sip:a@192.0.2.1", 2, NOW).bytes());
    arrivals.endScan();

    assertThat(told.lines).containsExactly("remove 1");
    assertThat(arrivals.missed()).isFalse();
  }

  @Test
  void tooMuchDuringAScanHasItDoneAgain() {
    RemoteChanges arrivals = new RemoteChanges(1, new Outbox(10), new Meters(), 1);
    arrivals.into(new Told());

    arrivals.beginScan();
    arrivals.onMessage(gone(1, 2, NOW).bytes());
    arrivals.onMessage(gone(2, 2, NOW).bytes());
    arrivals.endScan();

    assertThat(arrivals.missed()).isTrue();
  }

  // ---- what other nodes tell the table ----

  /** A keeper that has nothing at first, and is told nothing of what it brings. */
  private static final class News implements BindingStore {
    private final CompletableFuture<BindingStore.Sink> sink = new CompletableFuture<>();

    @Override
    public void open(Sink into) {
      sink.complete(into);
    }

    @Override
    public void changed(AddressOfRecord aor, long id, @Nullable Binding binding) {
      throw new AssertionError("told of its own news: " + aor);
    }

    @Override
    public void close() {}
  }

  private static List<String> after(Binding... arrived) {
    ManualLoop loop = new ManualLoop();
    BindingTable table =
        new BindingTable(StoreSettings.usual(), 9, NOW, List.of(loop::execute), new Meters());
    News news = new News();
    table.open(news);
    for (Binding each : arrived) {
      news.sink.join().put(ALICE, each);
    }
    loop.runCommands();
    return table.of(ALICE, NOW).stream()
        .map(each -> each.id() + "@" + each.origin().node())
        .sorted()
        .toList();
  }

  @Test
  void theNewerStateOfABindingStaysWhateverTheOrder() {
    Binding older = binding(1, "sip:a@192.0.2.1", 1, NOW - 10);
    Binding newer = binding(1, "sip:a@192.0.2.1", 2, NOW - 5);

    assertThat(after(older, newer)).containsExactly("1@2");
    assertThat(after(newer, older)).containsExactly("1@2");
  }

  @Test
  void twoBindingsOfOneDeviceBecomeTheNewerOneOnEveryNode() {
    Binding older = binding(1, "sip:a@192.0.2.1", 1, NOW - 10);
    Binding newer = binding(2, "sip:a@192.0.2.1", 2, NOW - 5);
    Binding same = binding(3, "sip:a@192.0.2.1", 2, NOW - 5);

    assertThat(after(older, newer)).containsExactly("2@2");
    assertThat(after(newer, older)).containsExactly("2@2");
    assertThat(after(newer, same)).containsExactly("3@2");
    assertThat(after(same, newer)).containsExactly("3@2");
  }

  @Test
  void whatHasExpiredIsNotTaken() {
    assertThat(after(binding(1, "sip:a@192.0.2.1", 2, NOW - 60_000))).isEmpty();
  }

  // ---- RedisAddress ----

  @Test
  void anAddressIsReadAndItsPasswordNeverShown() {
    RedisAddress address = RedisAddress.parse("rediss://ops:s3cret@[2001:db8::1]/4");

    assertThat(address.port()).isEqualTo(6379);
    assertThat(address.database()).isEqualTo(4);
    assertThat(address.user()).isEqualTo("ops");
    assertThat(Objects.requireNonNull(address.password()).text()).isEqualTo("s3cret");
    assertThat(address.toString()).isEqualTo("rediss://[2001:db8::1]:6379/4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://:s3cret@h",
        "redis://:s3cret@",
        "redis://:s3cret@h/x",
        "redis://:s3cret@h:70000",
        "redis://:s3cret@h:99x",
        "redis://:s3 cret@h",
        "redis://:s3cret@h?db=1",
        "s3cret"
      })
  void aWrongAddressIsRefusedWithoutRepeatingIt(String text) {
    assertThatThrownBy(() -> RedisAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .message()
        .doesNotContain("s3");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * All bindings in memory outside the heap, in one part per loop, each change told to a keeper.
 * Shared: see docs/ownership.md.
 */
public final class BindingTable implements Bindings {
  /** Why a binding ended whose time was over, as an observer is told. */
  private static final String EXPIRED = "expired";

  private static final String UNANSWERED = "unanswered";
  // Enough for the usual; longer records may take what the short ones leave.
  private static final int BYTES_PER_BINDING = 512;
  private static final int LEAST_CHUNKS = 4;

  private final int maxBindings;
  private final BindingIds ids;
  private final List<Executor> loops;
  private final BindingShard[] shards;
  private final Counter full;
  private final Counter expired;
  private @Nullable Observer observer;
  private @Nullable BindingStore keeper;
  private volatile boolean open;

  /**
   * An empty table.
   *
   * @param node the number of this Fairlead among those that share bindings, 0 to 255
   * @param nowMs epoch milliseconds
   * @param loops how to run something on each loop, by its index
   */
  public BindingTable(
      StoreSettings settings, int node, long nowMs, List<Executor> loops, Meters meters) {
    this.maxBindings = settings.maxBindings();
    this.ids = new BindingIds(node, nowMs);
    this.loops = List.copyOf(loops);
    this.full = meters.counter(Meter.STORE_FULL);
    this.expired = meters.counter(Meter.STORE_EXPIRED);
    this.shards = new BindingShard[loops.size()];
    long perShard = (long) maxBindings * BYTES_PER_BINDING / shards.length / SlabAllocator.CHUNK;
    for (int i = 0; i < shards.length; i++) {
      shards[i] = new BindingShard(Math.clamp(perShard, LEAST_CHUNKS, 1 << 15), this::onEnd);
    }
    meters.gauge(Meter.STORE_BINDINGS, this::size);
    meters.gauge(Meter.STORE_ADDRESSES, this::addresses);
    meters.gauge(Meter.STORE_BYTES, () -> sum(BindingShard::bytes));
  }

  /** Has the observer hear of what ends; before traffic. */
  public void watch(Observer next) {
    observer = next;
  }

  /**
   * Takes all that the keeper has, and tells it every change from then on. Before the loops run, by
   * the thread that starts them.
   */
  public void open(BindingStore next) {
    next.open(new Kept());
    keeper = next;
    open = true;
  }

  @Override
  public int owner(AddressOfRecord aor) {
    return (int) Long.remainderUnsigned(aor.hash(), shards.length);
  }

  @Override
  public List<Binding> of(AddressOfRecord aor, long nowMs) {
    return shard(aor).of(aor, nowMs);
  }

  @Override
  public boolean has(AddressOfRecord aor, long nowMs) {
    return shard(aor).has(aor, nowMs);
  }

  /** The round-trip time of a binding as measured last, -1 when it was not. From any thread. */
  public int rttMs(AddressOfRecord aor, long id) {
    return shard(aor).rttMs(aor, id);
  }

  @Override
  public long put(AddressOfRecord aor, Binding binding) {
    long id = store(aor, binding);
    BindingStore to = keeper;
    if (to != null && id != 0) {
      RecordWriter record = shard(aor).stored();
      to.stored(record.bytes(), record.length());
    }
    return id;
  }

  @Override
  public boolean renew(AddressOfRecord aor, BindingDraft said, Binding.Renewal renewal) {
    if (!shard(aor).renew(aor, said, renewal)) {
      return false;
    }
    BindingStore to = keeper;
    if (to != null) {
      to.stored(said.bytes(), said.length());
    }
    return true;
  }

  private long store(AddressOfRecord aor, Binding binding) {
    long id = binding.id() == 0 ? ids.next() : binding.id();
    if (shard(aor).put(aor, binding, id, size() < maxBindings)) {
      return id;
    }
    full.add();
    return 0;
  }

  @Override
  public void remove(AddressOfRecord aor, long id) {
    if (shard(aor).remove(aor, id)) {
      tellRemoved(aor, id);
    }
  }

  private void tellRemoved(AddressOfRecord aor, long id) {
    BindingStore to = keeper;
    if (to != null) {
      to.changed(aor, id, null);
    }
  }

  private void onEnd(AddressOfRecord aor, Binding binding, boolean isExpired) {
    if (isExpired) {
      expired.add();
    } else {
      tellRemoved(aor, binding.id());
    }
    Observer to = observer;
    if (to != null) {
      to.onGone(aor, binding, isExpired ? EXPIRED : UNANSWERED);
    }
  }

  @Override
  public long size() {
    return sum(BindingShard::bindings);
  }

  @Override
  public long addresses() {
    return sum(BindingShard::addresses);
  }

  private long sum(ToLongFunction<BindingShard> what) {
    long sum = 0;
    for (BindingShard shard : shards) {
      sum += what.applyAsLong(shard);
    }
    return sum;
  }

  @Override
  public void forEach(long nowMs, Visitor visitor) {
    records((bytes, length) -> {
      BindingCodec.Entry entry = BindingCodec.read(bytes, 0, length);
      if (entry != null && entry.binding().holds(nowMs)) {
        visitor.visit(entry.aor(), entry.binding());
      }
    });
  }

  private void records(BindingStore.Records visitor) {
    for (BindingShard shard : shards) {
      shard.records(visitor);
    }
  }

  @Override
  public int sweep(int loop, long nowMs, int limit, Consumer<Due> visitor) {
    return shards[loop].sweep(nowMs, limit, visitor);
  }

  @Override
  public boolean alive(AddressOfRecord aor, long id, int rttMs) {
    return shard(aor).alive(aor, id, rttMs);
  }

  private BindingShard shard(AddressOfRecord aor) {
    return shards[owner(aor)];
  }

  /** Takes what the keeper has; it is not told again. Shared: see docs/ownership.md. */
  private final class Kept implements BindingStore.Sink {
    private final Thread opener = Thread.currentThread();

    @Override
    public void put(AddressOfRecord aor, Binding binding) {
      if (opening()) {
        ids.seen(binding.id());
        store(aor, binding);
      } else {
        loops.get(owner(aor)).execute(() -> settle(aor, binding));
      }
    }

    // Two nodes may have met the same device at once and given it two bindings: the newer stays, on
    // every node the same.
    private void settle(AddressOfRecord aor, Binding arrived) {
      for (Binding known : of(aor, arrived.renewal().atMs())) {
        boolean same = known.id() == arrived.id();
        if (same || sameDevice(known, arrived)) {
          if (newer(known, arrived)) {
            return;
          }
          if (!same) {
            shard(aor).remove(aor, known.id());
          }
        }
      }
      ids.seen(arrived.id());
      store(aor, arrived);
    }

    @Override
    public void remove(AddressOfRecord aor, long id) {
      if (opening()) {
        shard(aor).remove(aor, id);
      } else {
        loops.get(owner(aor)).execute(() -> shard(aor).remove(aor, id));
      }
    }

    @Override
    public void records(BindingStore.Records visitor) {
      BindingTable.this.records(visitor);
    }

    // Another thread than the one that opens, and everyone later, goes by the owner's loop.
    private boolean opening() {
      return !open && Thread.currentThread().equals(opener);
    }
  }

  private static boolean sameDevice(Binding one, Binding other) {
    boolean instance = one.sameInstance(other) && one.device().regId() == other.device().regId();
    return instance || Arrays.equals(one.contact(), other.contact());
  }

  private static boolean newer(Binding known, Binding arrived) {
    int byTime = Long.compare(known.renewal().atMs(), arrived.renewal().atMs());
    int byNode = Integer.compare(known.origin().node(), arrived.origin().node());
    int order = byTime != 0 ? byTime : byNode;
    return order > 0 || order == 0 && known.id() > arrived.id();
  }
}

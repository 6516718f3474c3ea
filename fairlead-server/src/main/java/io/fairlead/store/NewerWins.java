// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import io.fairlead.loop.Loop;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Takes what other nodes told into the table: on the loop that owns the address of record, and only
 * what is newer than what is there. Two nodes may have met the same device at once and given it two
 * bindings: the newer stays, on every node the same. Immutable.
 */
public final class NewerWins implements Keeper.Sink {
  private final Bindings table;
  private final List<? extends Loop> loops;
  private final LongSupplier clockMs;

  /**
   * @param table what is changed
   * @param loops all loops, by index
   * @param clockMs epoch milliseconds
   */
  public NewerWins(Bindings table, List<? extends Loop> loops, LongSupplier clockMs) {
    this.table = table;
    this.loops = List.copyOf(loops);
    this.clockMs = clockMs;
  }

  @Override
  public void put(AddressOfRecord aor, Binding binding) {
    onOwner(aor, () -> merge(aor, binding));
  }

  @Override
  public void remove(AddressOfRecord aor, long id) {
    onOwner(aor, () -> table.remove(aor, id));
  }

  @Override
  public void records(Keeper.Records visitor) {
    table.forEach(
        clockMs.getAsLong(),
        (aor, binding) -> {
          byte[] bytes = BindingCodec.bytes(aor, binding);
          visitor.record(bytes, bytes.length);
        });
  }

  private void onOwner(AddressOfRecord aor, Runnable change) {
    loops.get(table.owner(aor)).execute(change);
  }

  private void merge(AddressOfRecord aor, Binding arrived) {
    long nowMs = clockMs.getAsLong();
    if (!arrived.holds(nowMs)) {
      return;
    }
    for (Binding known : table.of(aor, nowMs)) {
      boolean same = known.id() == arrived.id();
      if (same || sameDevice(known, arrived)) {
        if (newer(known, arrived)) {
          return;
        }
        if (!same) {
          table.remove(aor, known.id());
        }
      }
    }
    table.put(aor, arrived);
  }

  private static boolean sameDevice(Binding one, Binding other) {
    boolean instance =
        one.sameInstance(other) && one.device().regId() == other.device().regId();
    return instance || Arrays.equals(one.contact(), other.contact());
  }

  private static boolean newer(Binding known, Binding arrived) {
    int byTime = Long.compare(known.renewal().atMs(), arrived.renewal().atMs());
    int byNode = Integer.compare(known.origin().node(), arrived.origin().node());
    int order = byTime != 0 ? byTime : byNode;
    return order > 0 || order == 0 && known.id() > arrived.id();
  }
}

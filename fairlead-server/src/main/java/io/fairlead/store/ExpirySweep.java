// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Goes round the rows once a second, a part of the way with each call; and is what is shown of the
 * row of a {@link BindingShard} it has come to.
 *
 * <p>Owned by one loop.
 */
final class ExpirySweep implements Bindings.Due {
  // So few are looked at with every call.
  private static final int FEW = 4096;

  private final BindingShard shard;
  private final BindingRows rows;
  private final SlabAllocator slabs;
  private final BindingShard.Ends ends;
  private int at;
  private long owed;
  private long lastMs = Long.MIN_VALUE;

  private long nowMs;
  private BindingCodec.@Nullable Entry shown;
  private boolean ended;
  private int unanswered;
  private long againMs;

  ExpirySweep(BindingShard shard, BindingRows rows, SlabAllocator slabs, BindingShard.Ends ends) {
    this.shard = shard;
    this.rows = rows;
    this.slabs = slabs;
    this.ends = ends;
  }

  int run(long now, int limit, Consumer<Bindings.Due> visitor) {
    nowMs = now;
    int all = rows.used();
    long passed = lastMs == Long.MIN_VALUE ? 1000 : Math.clamp(now - lastMs, 0, 1000);
    lastMs = now;
    owed = Math.min(all, Math.max(owed + passed * all / 1000, Math.min(all, FEW)));
    int count = 0;
    int second = (int) Math.floorDiv(now, 1000L);
    while (owed > 0 && count < limit) {
      if (at >= all) {
        at = 0;
      }
      int end = (int) Math.min(all, at + owed);
      int row = rows.firstDue(at, end, second);
      owed -= Math.min(row + 1, end) - at;
      at = Math.min(row + 1, end);
      if (row < end) {
        show(row, visitor);
        count++;
      }
    }
    return count;
  }

  private void show(int row, Consumer<Bindings.Due> visitor) {
    byte[] record = new byte[rows.length(row)];
    slabs.read(rows.block(row), record, record.length);
    BindingCodec.Entry entry = BindingShard.entry(record);
    long id = entry.binding().id();
    boolean expired = !entry.binding().holds(nowMs);
    shown = entry;
    ended = false;
    unanswered = rows.unanswered(row);
    againMs = Long.MAX_VALUE;
    visitor.accept(this);
    // The visitor may have changed the table: then the row may be another's, or no one's.
    boolean same = rows.block(row) != 0 && slabs.id(rows.block(row)) == id;
    if (same && (ended || expired && rows.expiresMs(row) <= nowMs)) {
      shard.remove(entry.aor(), id);
      ends.onEnd(entry.aor(), entry.binding(), expired);
    } else if (same) {
      rows.unanswered(row, Math.max(unanswered, 0));
      rows.again(row, BindingShard.second(againMs));
      rows.due(row, Math.min(rows.again(row), BindingShard.second(rows.expiresMs(row))));
    }
    shown = null;
  }

  private BindingCodec.Entry shown() {
    BindingCodec.Entry entry = shown;
    if (entry == null) {
      throw new IllegalStateException("what is due is shown only until the visitor returns");
    }
    return entry;
  }

  @Override
  public AddressOfRecord aor() {
    return shown().aor();
  }

  @Override
  public Binding binding() {
    return shown().binding();
  }

  @Override
  public boolean expired() {
    return !shown().binding().holds(nowMs);
  }

  @Override
  public int unanswered() {
    return unanswered;
  }

  @Override
  public void again(long atMs, int nextUnanswered) {
    againMs = atMs;
    unanswered = nextUnanswered;
  }

  @Override
  public void end() {
    ended = true;
  }
}

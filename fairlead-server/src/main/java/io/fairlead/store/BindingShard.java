// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bindings that one loop owns. Only the loop changes them; everybody reads. Shared: see
 * docs/ownership.md.
 */
final class BindingShard {
  /*
   * A sequence number is odd while what readers may look at is being changed. A reader takes an
   * even one, reads, and believes it only when the number is the same afterwards; before it
   * follows a row or block number it looks too, so that it never follows a wrong one. Memory once
   * given out is never unmapped, so a late look at a freed block is harmless.
   */

  private static final int NOBODY = -1;
  private static final int AGAIN = -2;
  // Unanswered keepalives of a binding that was never shown.
  private static final int NEW = -1;
  private static final int SPINS = 100;
  private static final VarHandle SEQUENCE;

  static {
    try {
      SEQUENCE = MethodHandles.lookup().findVarHandle(BindingShard.class, "sequence", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What a shard tells the table. */
  interface Ends {
    /** A binding has expired, or was ended by who saw it due. */
    void onEnd(AddressOfRecord aor, Binding binding, boolean expired);
  }

  private final BindingRows rows = new BindingRows();
  private final SlabAllocator slabs;
  private final AorIndex index = new AorIndex();
  private final RecordWriter scratch = new RecordWriter();
  private final ExpirySweep sweep;
  private int bindings;
  private int addresses;
  private long sequence;

  BindingShard(int maxChunks, Ends ends) {
    this.slabs = new SlabAllocator(maxChunks);
    this.sweep = new ExpirySweep(this, rows, slabs, ends);
  }

  int bindings() {
    return bindings;
  }

  int addresses() {
    return addresses;
  }

  long bytes() {
    return rows.bytes() + slabs.bytes();
  }

  // Reading, from any thread.

  List<Binding> of(AddressOfRecord aor, long nowMs) {
    for (int tries = 0; ; tries++) {
      long stamp = stamp();
      int row = first(aor, stamp);
      if (row == NOBODY) {
        return List.of();
      }
      List<Binding> found = row == AGAIN ? null : chain(row, nowMs, stamp);
      if (found != null) {
        return found;
      }
      pause(tries);
    }
  }

  private @Nullable List<Binding> chain(int first, long nowMs, long stamp) {
    byte[] only = null;
    List<byte[]> records = null;
    for (int row = first; row >= 0; row = rows.next(row)) {
      if (!valid(stamp)) {
        return null;
      }
      if (rows.expiresMs(row) <= nowMs) {
        continue;
      }
      byte[] record = copy(row, stamp);
      if (record == null) {
        return null;
      }
      if (only == null) {
        only = record;
        continue;
      }
      if (records == null) {
        records = new ArrayList<>(4);
        records.add(only);
      }
      records.add(record);
    }
    if (!valid(stamp)) {
      return null;
    }
    if (only == null) {
      return List.of();
    }
    return records == null ? List.of(entry(only).binding()) : sorted(records);
  }

  private static List<Binding> sorted(List<byte[]> records) {
    List<Binding> found = new ArrayList<>(records.size());
    records.forEach(record -> found.add(entry(record).binding()));
    found.sort(Comparator.comparingLong((Binding each) -> each.renewal().atMs()).reversed());
    return found;
  }

  boolean has(AddressOfRecord aor, long nowMs) {
    for (int tries = 0; ; tries++) {
      long stamp = stamp();
      int row = first(aor, stamp);
      boolean held = false;
      while (row >= 0 && !held && valid(stamp)) {
        held = rows.expiresMs(row) > nowMs;
        row = rows.next(row);
      }
      if (row != AGAIN && valid(stamp)) {
        return held;
      }
      pause(tries);
    }
  }

  /** The round-trip time of the binding with that id, -1 when there is none. */
  int rttMs(AddressOfRecord aor, long id) {
    for (int tries = 0; ; tries++) {
      long stamp = stamp();
      int row = find(aor, id, stamp);
      int rttMs = row >= 0 ? rows.rttMs(row) : -1;
      if (row != AGAIN && valid(stamp)) {
        return rttMs;
      }
      pause(tries);
    }
  }

  /** Shows the records of all rows, the expired too. */
  void records(BindingStore.Records visitor) {
    byte[] record = new byte[SlabAllocator.LONGEST];
    for (int row = 0; row < rows.used(); row++) {
      int length = copy(row, record);
      if (length > 0) {
        visitor.record(record, length);
      }
    }
  }

  private int copy(int row, byte[] into) {
    for (int tries = 0; ; tries++) {
      long stamp = stamp();
      int block = rows.block(row);
      int length = rows.length(row);
      if (valid(stamp)) {
        if (block == 0) {
          return 0;
        }
        slabs.read(block, into, length);
        if (valid(stamp)) {
          return length;
        }
      }
      pause(tries);
    }
  }

  private byte @Nullable [] copy(int row, long stamp) {
    int block = rows.block(row);
    int length = rows.length(row);
    if (!valid(stamp)) {
      return null;
    }
    byte[] record = new byte[length];
    slabs.read(block, record, length);
    return valid(stamp) ? record : null;
  }

  private int first(AddressOfRecord aor, long stamp) {
    int tag = AorIndex.tag(aor.hash());
    long[] table = index.table(tag);
    int at = AorIndex.start(table, tag);
    for (int looks = 0; looks < table.length; looks++) {
      int row = AorIndex.row(table[at], tag);
      if (row == AGAIN) {
        return valid(stamp) ? NOBODY : AGAIN;
      }
      if (row >= 0) {
        if (!valid(stamp)) {
          return AGAIN;
        }
        int block = rows.block(row);
        int length = rows.length(row);
        if (!valid(stamp)) {
          return AGAIN;
        }
        if (slabs.isOf(block, length, aor.bytes())) {
          return row;
        }
      }
      at = at + 1 & table.length - 1;
    }
    return valid(stamp) ? NOBODY : AGAIN;
  }

  private int find(AddressOfRecord aor, long id, long stamp) {
    int row = first(aor, stamp);
    while (row >= 0) {
      if (!valid(stamp)) {
        return AGAIN;
      }
      int block = rows.block(row);
      if (!valid(stamp)) {
        return AGAIN;
      }
      if (slabs.id(block) == id) {
        return row;
      }
      row = rows.next(row);
    }
    return row;
  }

  private long stamp() {
    for (int tries = 0; ; tries++) {
      long stamp = (long) SEQUENCE.getAcquire(this);
      if ((stamp & 1) == 0) {
        return stamp;
      }
      pause(tries);
    }
  }

  private boolean valid(long stamp) {
    VarHandle.loadLoadFence();
    return (long) SEQUENCE.getOpaque(this) == stamp;
  }

  // The writer needs nanoseconds, unless the system has taken its processor: then it gets this one.
  @SuppressWarnings("ThreadPriorityCheck")
  private static void pause(int tries) {
    if (tries < SPINS) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }

  static BindingCodec.Entry entry(byte[] record) {
    BindingCodec.Entry entry = BindingCodec.read(record, 0, record.length);
    if (entry == null) {
      throw new IllegalStateException("a record of the table cannot be read");
    }
    return entry;
  }

  // Changing, on the owner's loop.

  private void begin() {
    SEQUENCE.setOpaque(this, sequence + 1);
    VarHandle.storeStoreFence();
  }

  private void end() {
    SEQUENCE.setRelease(this, sequence + 1);
  }

  /**
   * Stores a binding under that id, in place of the one that has it.
   *
   * @param mayGrow false when no more bindings are wanted
   * @return false when there is no room
   */
  boolean put(AddressOfRecord aor, Binding binding, long id, boolean mayGrow) {
    scratch.clear();
    int flowTo = BindingCodec.write(aor, binding, id, scratch);
    if (scratch.length() > SlabAllocator.LONGEST) {
      return false;
    }
    int row = binding.id() == 0 ? NOBODY : find(aor, id, sequence);
    int kind = SlabAllocator.kind(scratch.length());
    if (row >= 0) {
      int flowFrom = BindingCodec.AOR_AT + 1 + aor.bytes().length;
      boolean sameFlow =
          slabs.has(rows.block(row), rows.length(row), scratch.bytes(), flowFrom, flowTo);
      if (!replace(row, binding, kind)) {
        return false;
      }
      renewed(row, binding.renewal().expiresMs(), sameFlow);
      return true;
    }
    int block = mayGrow ? slabs.take(kind) : 0;
    if (block == 0) {
      return false;
    }
    slabs.write(block, scratch.bytes(), scratch.length());
    insert(aor, binding, block, kind);
    return true;
  }

  /**
   * Renews the only binding of an address of record in place, when the draft says what is known of
   * it and the REGISTER is the next of the same Call-ID; the draft is its record then.
   *
   * @return false when it is not so; nothing has changed then
   */
  boolean renew(AddressOfRecord aor, BindingDraft draft, Binding.Renewal renewal) {
    int row = first(aor, sequence);
    if (row < 0 || rows.next(row) >= 0 || rows.expiresMs(row) <= renewal.atMs()) {
      return false;
    }
    int block = rows.block(row);
    int from = draft.length();
    if (!slabs.has(block, rows.length(row), draft.bytes(), BindingCodec.AOR_AT, from)
        || slabs.get8(block, from) != renewal.callIdHash()
        || slabs.varint(block, from + Long.BYTES) >= renewal.cseq()) {
      return false;
    }
    draft.complete(slabs.id(block), renewal);
    int length = draft.length();
    int kind = rows.kind(row);
    if (length > SlabAllocator.LONGEST || SlabAllocator.kind(length) != kind) {
      return false;
    }
    begin();
    slabs.write(block, draft.bytes(), from, length);
    rows.block(row, block, length, kind);
    rows.expiresMs(row, renewal.expiresMs());
    end();
    renewed(row, renewal.expiresMs(), true);
    return true;
  }

  /** The record that was stored last. */
  RecordWriter stored() {
    return scratch;
  }

  private boolean replace(int row, Binding binding, int kind) {
    int oldBlock = rows.block(row);
    int oldKind = rows.kind(row);
    boolean same = kind == oldKind;
    int block = same ? oldBlock : slabs.take(kind);
    if (block == 0) {
      return false;
    }
    begin();
    slabs.write(block, scratch.bytes(), scratch.length());
    rows.block(row, block, scratch.length(), kind);
    rows.expiresMs(row, binding.renewal().expiresMs());
    end();
    if (!same) {
      slabs.give(oldBlock, oldKind);
    }
    return true;
  }

  private void renewed(int row, long expiresMs, boolean sameFlow) {
    if (sameFlow) {
      rows.unanswered(row, Math.min(rows.unanswered(row), 0));
    } else {
      rows.unanswered(row, NEW);
      rows.again(row, 0);
    }
    rows.due(row, Math.min(rows.again(row), second(expiresMs)));
  }

  private void insert(AddressOfRecord aor, Binding binding, int block, int kind) {
    int tag = AorIndex.tag(aor.hash());
    int first = first(aor, sequence);
    int row = rows.take();
    begin();
    rows.expiresMs(row, binding.renewal().expiresMs());
    rows.block(row, block, scratch.length(), kind);
    rows.tag(row, tag);
    rows.next(row, first);
    if (first >= 0) {
      index.replace(tag, first, row);
    } else {
      index.add(tag, row);
    }
    end();
    rows.unanswered(row, NEW);
    rows.rttMs(row, -1);
    rows.again(row, 0);
    rows.due(row, 0);
    bindings++;
    addresses += first >= 0 ? 0 : 1;
  }

  /** Removes the binding with that id; false when it is not there. */
  boolean remove(AddressOfRecord aor, long id) {
    int row = find(aor, id, sequence);
    if (row < 0) {
      return false;
    }
    int tag = rows.tag(row);
    int first = first(aor, sequence);
    int next = rows.next(row);
    int block = rows.block(row);
    int kind = rows.kind(row);
    begin();
    if (first != row) {
      int before = first;
      while (rows.next(before) != row) {
        before = rows.next(before);
      }
      rows.next(before, next);
    } else if (next >= 0) {
      index.replace(tag, row, next);
    } else {
      index.remove(tag, row);
    }
    rows.give(row);
    end();
    slabs.give(block, kind);
    bindings--;
    addresses -= first == row && next < 0 ? 1 : 0;
    return true;
  }

  boolean alive(AddressOfRecord aor, long id, int rttMs) {
    int row = find(aor, id, sequence);
    if (row < 0) {
      return false;
    }
    rows.unanswered(row, Math.min(rows.unanswered(row), 0));
    rows.rttMs(row, rttMs);
    return true;
  }

  int sweep(long nowMs, int limit, Consumer<Bindings.Due> visitor) {
    return sweep.run(nowMs, limit, visitor);
  }

  /** The first whole second that is not before. */
  static int second(long ms) {
    return (int) Math.clamp(Math.ceilDiv(ms, 1000L), 0, BindingRows.NEVER - 1L);
  }
}

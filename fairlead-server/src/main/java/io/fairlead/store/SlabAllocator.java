// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Memory outside the heap for records of many sizes: chunks that are never given back, cut into
 * blocks that keep their size and are used again by way of one free list per size. An address
 * counts in units of 16 bytes; 0 is none.
 *
 * <p>Owned by one loop; others read what {@link BindingShard} lets them.
 */
final class SlabAllocator {
  /** The longest record. */
  static final int LONGEST = 16 * 1024;

  static final int CHUNK = 1 << 20;

  private static final int UNIT_SHIFT = 4;
  private static final int UNIT = 1 << UNIT_SHIFT;
  private static final int CHUNK_UNITS_SHIFT = 16;
  private static final int FINE = 512;
  private static final int[] SIZES = sizes();
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfLong ID = LONG.withOrder(ByteOrder.BIG_ENDIAN);
  private static final VarHandle HEAP_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final Arena arena = Arena.ofAuto();
  private final int maxChunks;
  private final int[] free = new int[SIZES.length];
  private MemorySegment[] chunks = {};
  private int used = CHUNK;

  SlabAllocator(int maxChunks) {
    this.maxChunks = maxChunks;
  }

  private static int[] sizes() {
    int[] sizes = new int[64];
    int count = 0;
    for (int size = UNIT; size <= LONGEST; count++) {
      sizes[count] = size;
      size += size < FINE ? UNIT : Integer.highestOneBit(size) / 4;
    }
    return Arrays.copyOf(sizes, count);
  }

  /** The number of the smallest block size that holds so many bytes. */
  static int kind(int length) {
    if (length <= FINE) {
      return (length + UNIT - 1 >> UNIT_SHIFT) - 1;
    }
    int found = Arrays.binarySearch(SIZES, length);
    return found >= 0 ? found : -found - 1;
  }

  /** A block's size. */
  static int size(int kind) {
    return SIZES[kind];
  }

  /** Bytes taken from the system. */
  long bytes() {
    return (long) chunks.length * CHUNK;
  }

  /** A block of that kind; 0 when there is no more memory. */
  int take(int kind) {
    int block = free[kind];
    if (block != 0) {
      free[kind] = chunk(block).get(INT, offset(block));
      return block;
    }
    int size = SIZES[kind];
    if (used + size > CHUNK && !grow()) {
      return 0;
    }
    block = (chunks.length - 1 << CHUNK_UNITS_SHIFT) + (used >> UNIT_SHIFT);
    used += size;
    return block;
  }

  private boolean grow() {
    if (chunks.length >= maxChunks) {
      return false;
    }
    MemorySegment[] more = Arrays.copyOf(chunks, chunks.length + 1);
    more[chunks.length] = arena.allocate(CHUNK, 64);
    // The first unit of all stays unused, so that no block has address 0.
    used = chunks.length == 0 ? UNIT : 0;
    chunks = more;
    return true;
  }

  /** Takes a block back that nobody can find any more. */
  void give(int block, int kind) {
    chunk(block).set(INT, offset(block), free[kind]);
    free[kind] = block;
  }

  void write(int block, byte[] record, int length) {
    MemorySegment.copy(record, 0, chunk(block), BYTE, offset(block), length);
  }

  /** Writes a part of a record, in its place. */
  void write(int block, byte[] record, int from, int to) {
    MemorySegment.copy(record, from, chunk(block), BYTE, offset(block) + from, to - from);
  }

  void read(int block, byte[] into, int length) {
    MemorySegment.copy(chunk(block), BYTE, offset(block), into, 0, length);
  }

  /** The id in a record. */
  long id(int block) {
    return get8(block, BindingCodec.ID_AT);
  }

  /** The 8 bytes at that place in a record, the highest first. */
  long get8(int block, int at) {
    return chunk(block).get(ID, offset(block) + at);
  }

  /** The varint at that place in a record. */
  long varint(int block, int at) {
    MemorySegment chunk = chunk(block);
    long from = offset(block) + at;
    long value = 0;
    for (int i = 0; i < RecordWriter.LONGEST_VARINT; i++) {
      byte b = chunk.get(BYTE, from + i);
      value |= (b & 0x7fL) << 7 * i;
      if (b >= 0) {
        break;
      }
    }
    return value;
  }

  /** True when the record of that length is one of that address of record. */
  boolean isOf(int block, int length, byte[] aor) {
    int count = aor.length;
    // While a record is being replaced its parts may not fit together: never look past its end.
    if (BindingCodec.AOR_AT + 5 + count > length) {
      return false;
    }
    MemorySegment chunk = chunk(block);
    long at = offset(block) + BindingCodec.AOR_AT;
    int rest = count;
    while (rest >= 0x80) {
      if (chunk.get(BYTE, at++) != (byte) (rest | 0x80)) {
        return false;
      }
      rest >>>= 7;
    }
    return chunk.get(BYTE, at++) == rest && same(chunk, at, aor, 0, count);
  }

  /** True when the record of that length has these bytes in the same place. */
  boolean has(int block, int length, byte[] bytes, int from, int to) {
    if (to > length) {
      return false;
    }
    return same(chunk(block), offset(block) + from, bytes, from, to);
  }

  private static boolean same(MemorySegment chunk, long at, byte[] bytes, int from, int to) {
    long shift = at - from;
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      if (chunk.get(LONG, shift + i) != (long) HEAP_LONG.get(bytes, i)) {
        return false;
      }
    }
    for (; i < to; i++) {
      if (chunk.get(BYTE, shift + i) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  private MemorySegment chunk(int block) {
    return chunks[block >>> CHUNK_UNITS_SHIFT];
  }

  private static long offset(int block) {
    return (long) (block & (1 << CHUNK_UNITS_SHIFT) - 1) << UNIT_SHIFT;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * What is known of each binding besides its record, in rows of equal size outside the heap. When a
 * binding is due stands apart, so that a sweep reads four bytes of each. A free row has no block.
 *
 * <p>Owned by one loop; others read what {@link BindingShard} lets them.
 */
final class BindingRows {
  /** The due second of a row that is never due. */
  static final int NEVER = Integer.MAX_VALUE;

  private static final int PER_CHUNK_SHIFT = 15;
  private static final int PER_CHUNK = 1 << PER_CHUNK_SHIFT;
  private static final int SIZE = 32;

  private static final int EXPIRES_MS = 0;
  private static final int BLOCK = 8;
  private static final int TAG = 12;
  private static final int NEXT = 16;
  private static final int AGAIN = 20;
  private static final int LENGTH = 24;
  private static final int KIND = 26;
  private static final int UNANSWERED = 27;
  private static final int RTT_MS = 28;

  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private final Arena arena = Arena.ofAuto();
  private MemorySegment[] rows = {};
  private MemorySegment[] dues = {};
  private int used;
  private int free = -1;

  /** Rows that are in use or were; the numbers below. */
  int used() {
    return used;
  }

  /** Bytes taken from the system. */
  long bytes() {
    return (long) rows.length * PER_CHUNK * (SIZE + Integer.BYTES);
  }

  /** A free row. */
  int take() {
    if (free >= 0) {
      int row = free;
      free = next(row);
      return row;
    }
    if (used == rows.length << PER_CHUNK_SHIFT) {
      MemorySegment[] moreRows = Arrays.copyOf(rows, rows.length + 1);
      MemorySegment[] moreDues = Arrays.copyOf(dues, rows.length + 1);
      moreRows[rows.length] = arena.allocate((long) PER_CHUNK * SIZE, 64);
      moreDues[rows.length] = arena.allocate((long) PER_CHUNK * Integer.BYTES, 64);
      dues = moreDues;
      rows = moreRows;
    }
    return used++;
  }

  /** Takes a row back that nobody can find any more. */
  void give(int row) {
    block(row, 0, 0, 0);
    due(row, NEVER);
    next(row, free);
    free = row;
  }

  /** Epoch milliseconds. */
  long expiresMs(int row) {
    return at(row).get(LONG, offset(row) + EXPIRES_MS);
  }

  void expiresMs(int row, long ms) {
    at(row).set(LONG, offset(row) + EXPIRES_MS, ms);
  }

  /** Where the record is; 0 for a free row. */
  int block(int row) {
    return at(row).get(INT, offset(row) + BLOCK);
  }

  int length(int row) {
    return at(row).get(SHORT, offset(row) + LENGTH) & 0xffff;
  }

  int kind(int row) {
    return at(row).get(BYTE, offset(row) + KIND);
  }

  void block(int row, int block, int length, int kind) {
    at(row).set(INT, offset(row) + BLOCK, block);
    at(row).set(SHORT, offset(row) + LENGTH, (short) length);
    at(row).set(BYTE, offset(row) + KIND, (byte) kind);
  }

  /** Part of the hash of its address of record. */
  int tag(int row) {
    return at(row).get(INT, offset(row) + TAG);
  }

  void tag(int row, int tag) {
    at(row).set(INT, offset(row) + TAG, tag);
  }

  /** The next one of the same address of record, -1 for none. */
  int next(int row) {
    return at(row).get(INT, offset(row) + NEXT);
  }

  void next(int row, int next) {
    at(row).set(INT, offset(row) + NEXT, next);
  }

  /** The second it was asked to be due again. */
  int again(int row) {
    return at(row).get(INT, offset(row) + AGAIN);
  }

  void again(int row, int second) {
    at(row).set(INT, offset(row) + AGAIN, second);
  }

  int unanswered(int row) {
    return at(row).get(BYTE, offset(row) + UNANSWERED);
  }

  void unanswered(int row, int count) {
    at(row).set(BYTE, offset(row) + UNANSWERED, (byte) Math.min(count, Byte.MAX_VALUE));
  }

  /** Round-trip time measured last, -1 for none. */
  int rttMs(int row) {
    return at(row).get(INT, offset(row) + RTT_MS);
  }

  void rttMs(int row, int ms) {
    at(row).set(INT, offset(row) + RTT_MS, ms);
  }

  /** The second it is due. */
  int due(int row) {
    return dues[row >>> PER_CHUNK_SHIFT].get(INT, dueOffset(row));
  }

  void due(int row, int second) {
    dues[row >>> PER_CHUNK_SHIFT].set(INT, dueOffset(row), second);
  }

  /** The first row from that one on that is due by the second, the limit when there is none. */
  int firstDue(int from, int limit, int second) {
    int row = from;
    while (row < limit) {
      MemorySegment chunk = dues[row >>> PER_CHUNK_SHIFT];
      int end = Math.min(limit, (row | PER_CHUNK - 1) + 1);
      for (; row < end; row++) {
        if (chunk.get(INT, dueOffset(row)) <= second) {
          return row;
        }
      }
    }
    return limit;
  }

  private MemorySegment at(int row) {
    return rows[row >>> PER_CHUNK_SHIFT];
  }

  private static long offset(int row) {
    return (long) (row & PER_CHUNK - 1) * SIZE;
  }

  private static long dueOffset(int row) {
    return (long) (row & PER_CHUNK - 1) * Integer.BYTES;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what a {@link RecordWriter} wrote, or anything else: what cannot be read is taken as zero
 * or empty, and {@link #ended} is false then. Owned by its user.
 */
final class RecordReader {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;
  private final int to;
  private int at;
  private boolean bad;

  RecordReader(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.to = to;
    this.bad = from < 0 || to > bytes.length || from > to;
  }

  /** True when all was read, and was there to be read. */
  boolean ended() {
    return !bad && at == to;
  }

  /** Says that something read makes no sense. */
  void spoil() {
    bad = true;
  }

  int get1() {
    return take(1) ? bytes[at - 1] & 0xff : 0;
  }

  int get2() {
    return get1() << 8 | get1();
  }

  long get8() {
    return take(Long.BYTES) ? (long) LONG.get(bytes, at - Long.BYTES) : 0;
  }

  long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int b = get1();
      value |= (long) (b & 0x7f) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    bad = true;
    return 0;
  }

  long signed() {
    long value = varint();
    return value >>> 1 ^ -(value & 1);
  }

  /** A number from 0 to the limit. */
  int number(int limit) {
    long value = varint();
    if (value < 0 || value > limit) {
      bad = true;
      return 0;
    }
    return (int) value;
  }

  byte[] raw(int count) {
    return take(count) ? Arrays.copyOfRange(bytes, at - count, at) : Binding.NONE;
  }

  byte[] block() {
    int count = number(Integer.MAX_VALUE);
    return count == 0 ? Binding.NONE : raw(count);
  }

  String text() {
    int count = number(Integer.MAX_VALUE);
    return count > 0 && take(count)
        ? new String(bytes, at - count, count, StandardCharsets.UTF_8)
        : "";
  }

  private boolean take(int count) {
    if (bad || count > to - at) {
      bad = true;
      return false;
    }
    at += count;
    return true;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array that a record is written to; used again and again. Owned by its user. */
final class RecordWriter {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** A varint has no more bytes. */
  static final int LONGEST_VARINT = 10;

  private byte[] bytes = new byte[256];
  private int length;

  void clear() {
    length = 0;
  }

  /** What was written, up to {@link #length}; borrowed. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  void put1(int value) {
    room(1);
    bytes[length++] = (byte) value;
  }

  void put2(int value) {
    put1(value >> 8);
    put1(value);
  }

  void put8(long value) {
    room(Long.BYTES);
    LONG.set(bytes, length, value);
    length += Long.BYTES;
  }

  /** Overwrites what was written at that place. */
  void put8(int at, long value) {
    LONG.set(bytes, at, value);
  }

  /** Seven bits to a byte, the low ones first; small numbers are short, negative ones long. */
  void varint(long value) {
    room(LONGEST_VARINT);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  /** A number that may well be negative. */
  void signed(long value) {
    varint(value << 1 ^ value >> 63);
  }

  void raw(byte[] value) {
    raw(value, 0, value.length);
  }

  void raw(byte[] source, int from, int to) {
    int count = to - from;
    room(count);
    System.arraycopy(source, from, bytes, length, count);
    length += count;
  }

  void block(byte[] value) {
    block(value, 0, value.length);
  }

  void block(byte[] source, int from, int to) {
    varint(to - from);
    raw(source, from, to);
  }

  void text(String value) {
    int start = length;
    varint(value.length());
    room(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c >= 0x80) {
        length = start;
        block(value.getBytes(StandardCharsets.UTF_8));
        return;
      }
      bytes[length++] = (byte) c;
    }
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
    }
  }
}

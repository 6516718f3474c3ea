// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads the counters of a map's elements out of what nf_tables tells of them. Owned by the kernel
 * thread.
 */
final class CounterReader {
  /** Who is told. */
  interface Counted {
    /** That element has seen so much. */
    void element(byte[] key, long packets, long bytes);
  }

  private static final int TYPE = 0x3fff;
  private static final int ELEMENTS = 3;
  private static final int KEY = 1;
  private static final int EXPRESSION = 7;
  private static final int VALUE = 1;
  private static final int CONTENT = 2;
  private static final int BYTES = 1;
  private static final int PACKETS = 2;

  private final Counted counted;
  private byte[] key = {};
  private long packets;
  private long bytes;

  CounterReader(Counted counted) {
    this.counted = counted;
  }

  /** Reads the attributes of one message about elements, from position to limit. */
  void read(ByteBuffer attributes) {
    each(
        attributes,
        (type, in) -> {
          if (type == ELEMENTS) {
            each(in, (_, element) -> element(element));
          }
        });
  }

  private void element(ByteBuffer in) {
    key = new byte[0];
    packets = 0;
    bytes = 0;
    each(
        in,
        (type, part) -> {
          if (type == KEY) {
            each(part, this::key);
          } else if (type == EXPRESSION) {
            each(part, this::expression);
          }
        });
    counted.element(key, packets, bytes);
  }

  private void key(int type, ByteBuffer in) {
    if (type == VALUE) {
      key = new byte[in.remaining()];
      in.get(key);
    }
  }

  private void expression(int type, ByteBuffer in) {
    if (type == CONTENT) {
      each(in, this::number);
    }
  }

  private void number(int type, ByteBuffer in) {
    if (in.remaining() != Long.BYTES) {
      return;
    }
    ByteOrder own = in.order();
    long value = in.order(ByteOrder.BIG_ENDIAN).getLong(in.position());
    in.order(own);
    if (type == BYTES) {
      bytes = value;
    } else if (type == PACKETS) {
      packets = value;
    }
  }

  private interface Attribute {
    void at(int type, ByteBuffer in);
  }

  // Position and limit wander through one buffer, so nothing is allocated.
  private static void each(ByteBuffer in, Attribute reader) {
    int limit = in.limit();
    while (in.remaining() >= 4) {
      int at = in.position();
      int length = in.getShort(at) & 0xffff;
      if (length < 4 || length > limit - at) {
        return;
      }
      int type = in.getShort(at + 2) & TYPE;
      in.limit(at + length).position(at + 4);
      reader.at(type, in);
      in.limit(limit).position(Math.min(limit, at + (length + 3 & ~3)));
    }
  }
}

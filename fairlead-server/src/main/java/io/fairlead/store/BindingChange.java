// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The newest state of one binding as a node tells it to the others. Of two the one with the higher
 * version counts. Immutable.
 *
 * @param version when and by whom: see {@link #version}
 * @param id which binding
 * @param aor whose
 * @param binding null when it was removed
 */
record BindingChange(long version, long id, AddressOfRecord aor, @Nullable Binding binding) {
  /*
   * version 8 | 0, then BindingCodec's record
   *           | 1, id 8, address of record
   */
  private static final int KIND_AT = Long.BYTES;
  private static final int BODY_AT = KIND_AT + 1;
  private static final int AOR_AT = BODY_AT + Long.BYTES;
  private static final byte PUT = 0;
  private static final byte GONE = 1;
  // Time and node fit together into the 53 bits of a number of Lua, which Redis compares.
  private static final int NODE_BITS = 8;

  /** How many nodes can be told apart. */
  static final int MAX_NODE = (1 << NODE_BITS) - 1;

  /** The version of a change made at that time, epoch milliseconds, by that node. */
  static long version(long atMs, int node) {
    return atMs << NODE_BITS | node;
  }

  /** When a change of that version was made, epoch milliseconds. */
  static long atMs(long version) {
    return version >> NODE_BITS;
  }

  /** The node that made it. */
  int node() {
    return (int) (version & MAX_NODE);
  }

  byte[] bytes() {
    byte[] body = binding == null ? aor.bytes() : BindingCodec.bytes(aor, binding);
    int head = binding == null ? AOR_AT : BODY_AT;
    ByteBuffer out = ByteBuffer.allocate(head + body.length);
    out.putLong(version).put(binding == null ? GONE : PUT);
    if (binding == null) {
      out.putLong(id);
    }
    return out.put(body).array();
  }

  /** Reads what {@link #bytes} wrote; null when it is something else. */
  static @Nullable BindingChange read(byte[] bytes) {
    if (bytes.length < BODY_AT) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    long version = in.getLong();
    byte kind = in.get();
    if (kind == GONE && bytes.length > AOR_AT) {
      byte[] aor = Arrays.copyOfRange(bytes, AOR_AT, bytes.length);
      return new BindingChange(version, in.getLong(), AddressOfRecord.ofBytes(aor), null);
    }
    BindingCodec.Entry entry = kind == PUT ? BindingCodec.read(bytes, BODY_AT, bytes.length) : null;
    return entry == null
        ? null
        : new BindingChange(version, entry.binding().id(), entry.aor(), entry.binding());
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Room for many datagrams that one system call brings (recvmmsg(2)), each with its source. They
 * stand in native memory: only what is worth reading is copied out of it. Of the room for a
 * datagram only what was ever written takes memory.
 *
 * <p>Owned by one loop.
 */
public final class DatagramBatch {
  // struct mmsghdr, struct iovec of 64-bit Linux.
  private static final long HEADER = 64;
  private static final long NAME_LENGTH = 8;
  private static final long IOVEC = 16;
  private static final long IOVEC_COUNT = 24;
  private static final long LENGTH = 56;
  private static final long VECTOR = 16;
  private static final long ADDRESS = 32;

  private final int room;
  private final long size;
  private final MemorySegment headers;
  private final MemorySegment addresses;
  private final MemorySegment bytes;
  // The kernel follows addresses that the collector knows nothing of.
  private final MemorySegment vectors;

  /**
   * @param room how many datagrams
   * @param size of the longest, in bytes
   */
  public DatagramBatch(int room, int size) {
    this.room = room;
    this.size = size;
    Arena arena = Arena.ofAuto();
    headers = arena.allocate(room * HEADER, Long.BYTES);
    addresses = arena.allocate(room * ADDRESS, Long.BYTES);
    vectors = arena.allocate(room * VECTOR, Long.BYTES);
    // By the kernel, and not from the arena, which would write zeros and so take all of it at once.
    long memory = SystemCalls.map(room * this.size, -1, 0);
    if (memory < 0) {
      throw new IllegalStateException("no memory for datagrams, errno " + -memory);
    }
    bytes = SystemCalls.memory(memory, room * this.size, arena);
    for (int i = 0; i < room; i++) {
      long vector = i * VECTOR;
      vectors.set(ValueLayout.JAVA_LONG, vector, memory + i * this.size);
      vectors.set(ValueLayout.JAVA_LONG, vector + Long.BYTES, this.size);
      long header = i * HEADER;
      headers.set(ValueLayout.JAVA_LONG, header, addresses.address() + i * ADDRESS);
      headers.set(ValueLayout.JAVA_LONG, header + IOVEC, vectors.address() + vector);
      headers.set(ValueLayout.JAVA_LONG, header + IOVEC_COUNT, 1);
    }
  }

  /** How many datagrams there is room for. */
  public int room() {
    return room;
  }

  /**
   * Takes what waits in a socket, without waiting for more.
   *
   * @param most how many at most
   * @return how many; 0 when there is none, or for any failure
   */
  public int receive(int fd, int most) {
    int asked = Math.min(most, room);
    for (int i = 0; i < asked; i++) {
      headers.set(ValueLayout.JAVA_INT, i * HEADER + NAME_LENGTH, Sockaddr.SIZE);
    }
    return Math.max(0, SystemCalls.recvmmsg(fd, headers.address(), asked));
  }

  /** The length of one of them, in bytes. */
  public int length(int index) {
    return headers.get(ValueLayout.JAVA_INT, index * HEADER + LENGTH);
  }

  /** Copies the source of one of them, as a {@code sockaddr}. */
  public void source(int index, byte[] into) {
    MemorySegment.copy(addresses, ValueLayout.JAVA_BYTE, index * ADDRESS, into, 0, Sockaddr.SIZE);
  }

  /** The first byte of one of them that has any. */
  public byte first(int index) {
    return bytes.get(ValueLayout.JAVA_BYTE, index * size);
  }

  /** Copies one of them. */
  public void copy(int index, byte[] into) {
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, index * size, into, 0, length(index));
  }
}

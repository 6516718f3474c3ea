// SPDX-License-Identifier: Apache-2.0
package io.fairlead.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@link DatagramPoller} by io_uring(7): each socket has one receive that goes on for ever and
 * fills buffers of a common ring; sends are queued. So one system call in each cycle sends all that
 * the last one brought, waits, and receives, where other ways need one call for each datagram and
 * direction.
 *
 * <p>Owned by the thread that made it.
 */
final class UringPoller extends SlottedPoller {
  private static final int RECVMSG = 10;
  private static final int SEND = 26;
  private static final int POLL_ADD = 6;
  private static final int CANCEL = 14;
  private static final int BUFFER_SELECT = 1 << 5;
  private static final int NO_COMPLETION_ON_SUCCESS = 1 << 6;
  private static final int RECEIVE_MULTISHOT = 1 << 1;
  private static final int POLL_MULTISHOT = 1;
  private static final int POLLIN = 1;
  private static final int HAS_BUFFER = 1;
  private static final int GOES_ON = 1 << 1;
  private static final long OF_SEND = -1;
  private static final long OF_WAKE = -2;
  private static final long OF_CANCEL = -3;
  // What stands before a datagram in its buffer: struct io_uring_recvmsg_out, then the address.
  private static final int HEADER = 16;
  private static final int ADDRESS = 32;
  private static final int BEFORE = HEADER + ADDRESS;

  /**
   * What came of opening one.
   *
   * @param poller null where the system has no io_uring for us
   * @param why the reason then
   */
  record Opened(@Nullable UringPoller poller, String why) {}

  private final Uring ring;
  private final MemorySegment memory;
  private final MemorySegment header;
  private final int buffers;
  private final int size;
  // Buffers whose sends wait in the queue; the kernel may have them again behind the submission.
  private int held;
  // Completions of the last cycle.
  private int brought;
  private int[] generations = new int[fds.length];
  private int[] again = new int[64];
  private int againCount;

  private UringPoller(Uring ring, Tuning tuning) {
    super(tuning);
    this.ring = ring;
    buffers = tuning.buffers();
    size = (BEFORE + tuning.largest() + 63) & ~63;
    memory = arena.allocate((long) buffers * size, 4096);
    header = arena.allocate(56, 8);
    header.set(ValueLayout.JAVA_INT, 8, ADDRESS);
    for (int i = 0; i < buffers; i++) {
      ring.giveBuffer(memory.address() + (long) i * size, size, i);
    }
    ring.publishBuffers();
    watchWakes();
  }

  static Opened open(Tuning tuning) {
    Uring.Opened opened = Uring.open(tuning.buffers());
    Uring ring = opened.ring();
    return ring == null
        ? new Opened(null, opened.why())
        : new Opened(new UringPoller(ring, tuning), "");
  }

  @Override
  public String name() {
    return "io_uring";
  }

  @Override
  public MemorySegment memory() {
    return memory;
  }

  @Override
  public int addressBefore() {
    return ADDRESS;
  }

  @Override
  public void add(int slot, int fd) {
    put(slot, fd);
    if (slot >= generations.length) {
      generations = Arrays.copyOf(generations, fds.length);
    }
    receive(slot);
  }

  private void receive(int slot) {
    ring.queue(RECVMSG | BUFFER_SELECT << 8 | RECEIVE_MULTISHOT << 16, fds[slot], key(slot));
    ring.about(header.address(), 1, SystemCalls.MSG_TRUNC);
    ring.fillsBuffers();
  }

  private void watchWakes() {
    ring.queue(POLL_ADD, wakeUp.fd(), OF_WAKE);
    ring.about(0, POLL_MULTISHOT, POLLIN);
  }

  // A completion of a socket that had the slot before is told by its generation.
  private long key(int slot) {
    return (long) generations[slot] << 32 | slot;
  }

  @Override
  public void remove(int slot) {
    int fd = fds[slot];
    if (fd < 0) {
      return;
    }
    ring.queue(CANCEL | NO_COMPLETION_ON_SUCCESS << 8, -1, OF_CANCEL);
    ring.about(key(slot), 0, 0);
    ring.submit();
    fds[slot] = -1;
    generations[slot] = (generations[slot] + 1) & Integer.MAX_VALUE;
    SystemCalls.close(fd);
  }

  @Override
  public void poll(Handler handler, long timeoutNs) {
    for (int i = 0; i < againCount; i++) {
      if (fds[again[i]] >= 0) {
        receive(again[i]);
      }
    }
    againCount = 0;
    if (held > buffers / 2) {
      ring.submit();
      ring.publishBuffers();
    }
    ring.submitAndWait(tuning.collectUs(brought), timeoutNs);
    ring.publishBuffers();
    held = 0;
    handler.onAwake();
    brought = ring.completions();
    for (int left = brought; left > 0; left--) {
      take(handler);
      ring.completed();
    }
    ring.publishCompleted();
  }

  private void take(Handler handler) {
    long key = ring.key();
    int result = ring.result();
    int flags = ring.flags();
    if (key == OF_SEND) {
      unsent += result < 0 ? 1 : 0;
    } else if (key == OF_WAKE) {
      wakeUp.woken();
      if ((flags & GOES_ON) == 0) {
        watchWakes();
      }
    } else if (key >= 0) {
      received(handler, key, result, flags);
    }
  }

  private void received(Handler handler, long key, int result, int flags) {
    int slot = (int) key;
    boolean ours = fds[slot] >= 0 && generations[slot] == (int) (key >> 32);
    if ((flags & GOES_ON) == 0 && ours) {
      comeBackTo(slot);
    }
    if ((flags & HAS_BUFFER) == 0) {
      return;
    }
    int buffer = flags >>> 16;
    long at = (long) buffer * size;
    if (result >= 0 && ours) {
      handler.onDatagram(slot, at + BEFORE, memory.get(ValueLayout.JAVA_INT, at + 8));
    }
    ring.giveBuffer(memory.address() + at, size, buffer);
    held++;
  }

  private void comeBackTo(int slot) {
    if (againCount == again.length) {
      again = Arrays.copyOf(again, againCount * 2);
    }
    again[againCount++] = slot;
  }

  @Override
  public void send(int slot, long at, int length, int addressLength) {
    long payload = memory.address() + at;
    ring.queue(SEND | NO_COMPLETION_ON_SUCCESS << 8, fds[slot], OF_SEND);
    ring.about(payload, length, SystemCalls.MSG_DONTWAIT);
    ring.to(payload - ADDRESS, addressLength);
  }

  @Override
  public void close() {
    ring.close();
    closeSockets();
    arena.close();
  }
}

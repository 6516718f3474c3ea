// SPDX-License-Identifier: Apache-2.0
package io.fairlead.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The two queues of an io_uring and its ring of buffers, as io_uring_setup(2) and io_uring_enter(2)
 * lay them out. Linux 6.1 is the oldest that does.
 *
 * <p>Owned by the thread that made it.
 */
final class Uring {
  private static final int REGISTER_BUFFER_RING = 22;
  private static final int ENTRIES = 4096;
  private static final int COMPLETIONS = 16384;
  private static final int ENTRY_SIZE = 64;
  private static final int COMPLETION_SIZE = 16;
  private static final int BUFFER_SIZE = 16;
  private static final int GROUP = 1;
  // SUBMIT_ALL, CQSIZE, SINGLE_ISSUER, DEFER_TASKRUN: one thread, work done when it enters.
  private static final int FLAGS = 1 << 7 | 1 << 3 | 1 << 12 | 1 << 13;
  private static final int MAPPED_TOGETHER = 1;
  private static final int SHORTEST_WAIT = 1 << 15;
  // More completions than any wait could bring: it ends by the pace.
  private static final int AS_MANY_AS_COME = COMPLETIONS / 2;
  private static final long ENTRIES_AT = 0x10000000L;

  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final VarHandle SHARED_INT = INT.varHandle();
  private static final VarHandle SHARED_SHORT = SHORT.varHandle();

  /**
   * What came of opening one.
   *
   * @param ring null where the system gives us none
   * @param why the reason then
   */
  record Opened(@Nullable Uring ring, String why) {}

  private final int fd;
  private final boolean shortestWait;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment errno = SystemCalls.errnoOf(arena);
  private final MemorySegment times = arena.allocate(24, 8);
  private final MemorySegment timeout = arena.allocate(16, 8);
  private final MemorySegment queues;
  private final MemorySegment entries;
  private final MemorySegment bufferRing;
  private final long headAt;
  private final long tailAt;
  private final int mask;
  private final long doneHeadAt;
  private final long doneTailAt;
  private final int doneMask;
  private final long doneAt;
  private final int bufferMask;
  private long at;
  private int tail;
  private int submitted;
  private int doneHead;
  private short bufferTail;

  private Uring(int fd, MemorySegment params, MemorySegment queues, int buffers) {
    this.fd = fd;
    this.queues = queues;
    shortestWait = (params.get(INT, 20) & SHORTEST_WAIT) != 0;
    entries =
        SystemCalls.memory(
            SystemCalls.map((long) ENTRIES * ENTRY_SIZE, fd, ENTRIES_AT),
            (long) ENTRIES * ENTRY_SIZE);
    headAt = params.get(INT, 40);
    tailAt = params.get(INT, 40 + 4);
    mask = queues.get(INT, params.get(INT, 40 + 8));
    long array = params.get(INT, 40 + 24);
    for (int i = 0; i <= mask; i++) {
      queues.set(INT, array + 4L * i, i);
    }
    doneHeadAt = params.get(INT, 80);
    doneTailAt = params.get(INT, 80 + 4);
    doneMask = queues.get(INT, params.get(INT, 80 + 8));
    doneAt = params.get(INT, 80 + 20);
    bufferMask = buffers - 1;
    bufferRing = arena.allocate((long) buffers * BUFFER_SIZE, 4096);
    times.set(INT, 8, 8);
    times.set(LONG, 16, timeout.address());
  }

  /**
   * Opens one.
   *
   * @param buffers how many buffers there will be, a power of two up to 32768
   */
  static Opened open(int buffers) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = arena.allocate(120, 8);
      params.set(INT, 4, COMPLETIONS);
      params.set(INT, 8, FLAGS);
      int fd = SystemCalls.uringSetup(ENTRIES, params.address());
      if (fd < 0) {
        return new Opened(null, "io_uring_setup: error " + -fd);
      }
      if ((params.get(INT, 20) & MAPPED_TOGETHER) == 0) {
        SystemCalls.close(fd);
        return new Opened(null, "this system's io_uring is too old");
      }
      long size =
          Math.max(
              params.get(INT, 40 + 24) + 4L * params.get(INT, 0),
              params.get(INT, 80 + 20) + (long) COMPLETION_SIZE * params.get(INT, 4));
      long at = SystemCalls.map(size, fd, 0);
      Uring ring = new Uring(fd, params, SystemCalls.memory(at, size), buffers);
      int result = ring.registerBuffers(buffers);
      if (result < 0) {
        ring.close();
        return new Opened(null, "io_uring_register: error " + -result);
      }
      return new Opened(ring, "");
    }
  }

  private int registerBuffers(int buffers) {
    try (Arena confined = Arena.ofConfined()) {
      MemorySegment registration = confined.allocate(40, 8);
      registration.set(LONG, 0, bufferRing.address());
      registration.set(INT, 8, buffers);
      registration.set(SHORT, 12, (short) GROUP);
      return SystemCalls.uringRegister(fd, REGISTER_BUFFER_RING, registration.address(), 1);
    }
  }

  /**
   * Begins an operation; what follows fills it.
   *
   * @param operation with flags of the entry from bit 8 and of the operation from bit 16
   */
  void queue(int operation, int of, long key) {
    if (tail - submitted > mask) {
      submit();
    }
    at = (long) (tail & mask) * ENTRY_SIZE;
    entries.set(LONG, at, (long) of << 32 | operation);
    for (int i = 8; i < ENTRY_SIZE; i += 8) {
      entries.set(LONG, at + i, 0);
    }
    entries.set(LONG, at + 32, key);
    tail++;
  }

  /** What the operation is about. */
  void about(long address, int length, int flags) {
    entries.set(LONG, at + 16, address);
    entries.set(LONG, at + 24, (long) flags << 32 | length);
  }

  /** Where it sends to. */
  void to(long address, int length) {
    entries.set(LONG, at + 8, address);
    entries.set(LONG, at + 40, (long) length << 32);
  }

  /** It takes buffers of the ring. */
  void fillsBuffers() {
    entries.set(LONG, at + 40, GROUP);
  }

  /** Gives the kernel what is queued. */
  void submit() {
    enter(0, 0);
  }

  /** Gives the kernel what is queued and waits: for the pace, then for one completion. */
  void submitAndWait(int paceUs, long timeoutNs) {
    if (!shortestWait && paceUs > 0 && submitted != tail) {
      submit();
      LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(paceUs));
    }
    boolean collects = shortestWait && paceUs > 0;
    times.set(INT, 12, collects ? paceUs : 0);
    timeout.set(LONG, 0, timeoutNs / 1_000_000_000L);
    timeout.set(LONG, 8, timeoutNs % 1_000_000_000L);
    enter(collects ? AS_MANY_AS_COME : 1, times.address());
  }

  private void enter(int wanted, long waitTimes) {
    SHARED_INT.setRelease(queues, tailAt, tail);
    SystemCalls.uringEnter(errno, fd, tail - submitted, wanted, waitTimes);
    submitted = (int) SHARED_INT.getAcquire(queues, headAt);
  }

  /** How many completions are there. */
  int completions() {
    return (int) SHARED_INT.getAcquire(queues, doneTailAt) - doneHead;
  }

  /** Whose the first completion is. */
  long key() {
    return queues.get(LONG, done());
  }

  /** What came of it. */
  int result() {
    return queues.get(INT, done() + 8);
  }

  /** Its flags, the buffer from bit 16. */
  int flags() {
    return queues.get(INT, done() + 12);
  }

  private long done() {
    return doneAt + (long) (doneHead & doneMask) * COMPLETION_SIZE;
  }

  /** The first completion is done with. */
  void completed() {
    doneHead++;
  }

  /** The kernel may have the places of those that are done with. */
  void publishCompleted() {
    SHARED_INT.setRelease(queues, doneHeadAt, doneHead);
  }

  /** Gives a buffer; the kernel sees it after {@link #publishBuffers}. */
  void giveBuffer(long address, int length, int number) {
    long at = (long) (bufferTail & bufferMask) * BUFFER_SIZE;
    bufferRing.set(LONG, at, address);
    bufferRing.set(INT, at + 8, length);
    bufferRing.set(SHORT, at + 12, (short) number);
    bufferTail++;
  }

  /** Lets the kernel see the buffers that were given, unless a send that waits needs them. */
  void publishBuffers() {
    if (submitted == tail) {
      SHARED_SHORT.setRelease(bufferRing, 14L, bufferTail);
    }
  }

  /** Ends it and all that is under way. */
  void close() {
    SystemCalls.close(fd);
    SystemCalls.unmap(entries.address(), entries.byteSize());
    SystemCalls.unmap(queues.address(), queues.byteSize());
    arena.close();
  }
}

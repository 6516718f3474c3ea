// SPDX-License-Identifier: Apache-2.0
package io.fairlead.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;

/**
 * An eventfd(2), by which any thread ends the wait of a {@link DatagramPoller}. It is closed when
 * nobody has it any more: who writes to it never meets its number in another life.
 *
 * <p>Immutable.
 */
final class WakeUp {
  private static final Cleaner CLEANER = Cleaner.create();

  private final int fd = SystemCalls.eventFd();
  private final MemorySegment one = Arena.global().allocate(8, 8);
  private final MemorySegment count = Arena.global().allocate(8, 8);

  WakeUp() {
    int closed = fd;
    one.set(ValueLayout.JAVA_LONG, 0, 1);
    CLEANER.register(this, () -> SystemCalls.close(closed));
  }

  int fd() {
    return fd;
  }

  void wake() {
    SystemCalls.write(fd, one.address());
  }

  void woken() {
    SystemCalls.read(fd, count.address());
  }
}

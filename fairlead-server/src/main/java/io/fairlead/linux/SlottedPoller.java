// SPDX-License-Identifier: Apache-2.0
package io.fairlead.linux;

import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * The sockets of a poller by slot, and what else all pollers have. A base and no part of them, so
 * that a packet costs no look further.
 *
 * <p>Owned by the thread that made it.
 */
abstract sealed class SlottedPoller implements DatagramPoller permits EpollPoller, UringPoller {
  private static final int SLOTS = 64;

  final Tuning tuning;
  final WakeUp wakeUp = new WakeUp();
  final Arena arena = Arena.ofShared();
  // By slot; -1 for none.
  int[] fds = new int[SLOTS];
  long unsent;

  SlottedPoller(Tuning tuning) {
    this.tuning = tuning;
    Arrays.fill(fds, -1);
  }

  /** A socket has the slot from now on. */
  final void put(int slot, int fd) {
    if (slot >= fds.length) {
      int had = fds.length;
      fds = Arrays.copyOf(fds, Math.max(slot + 1, had * 2));
      Arrays.fill(fds, had, fds.length, -1);
    }
    fds[slot] = fd;
  }

  @Override
  public final long unsent() {
    return unsent;
  }

  @Override
  public final void wake() {
    wakeUp.wake();
  }

  /** Closes all sockets. */
  final void closeSockets() {
    for (int fd : fds) {
      if (fd >= 0) {
        SystemCalls.close(fd);
      }
    }
  }
}

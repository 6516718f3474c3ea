// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A ring of bytes between one loop, which puts whole lines in, and the journal's writer, which
 * takes them out. Neither waits for the other: a line that does not fit is refused.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class SpscLogQueue {
  private final byte[] ring;
  private final int mask;
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong taken = new AtomicLong();

  /**
   * @param size bytes of room, a power of two
   */
  SpscLogQueue(int size) {
    ring = new byte[size];
    mask = size - 1;
  }

  /** Loop only: puts a line in, or says that there is no room. */
  boolean offer(byte[] line, int length) {
    long at = written.getPlain();
    if (length > ring.length - (at - taken.getAcquire())) {
      return false;
    }
    int from = (int) at & mask;
    int head = Math.min(length, ring.length - from);
    System.arraycopy(line, 0, ring, from, head);
    System.arraycopy(line, head, ring, 0, length - head);
    written.setRelease(at + length);
    return true;
  }

  /** How many bytes wait. */
  int waiting() {
    return (int) (written.getAcquire() - taken.getAcquire());
  }

  /** Writer only: how far the loop has come. */
  long end() {
    return written.getAcquire();
  }

  /** Writer only: writes out what waits up to there. When that fails it still waits. */
  void drain(long end, OutputStream out) throws IOException {
    long at = taken.getPlain();
    int length = (int) (end - at);
    int from = (int) at & mask;
    int head = Math.min(length, ring.length - from);
    out.write(ring, from, head);
    if (length > head) {
      out.write(ring, 0, length - head);
    }
    taken.setRelease(end);
  }

  /** Writer only: throws away what waits up to there and tells how many lines it was. */
  int discard(long end) {
    int lines = 0;
    for (long at = taken.getPlain(); at < end; at++) {
      if (ring[(int) at & mask] == '\n') {
        lines++;
      }
    }
    taken.setRelease(end);
    return lines;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.linux.Sockaddr;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * When peers last kept their UDP flows alive by themselves. A table of one line for many peers,
 * made when the first of them speaks: who is displaced by another is as if he had said nothing, and
 * is asked as those are who never say anything.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class UdpKeepaliveTimes {
  /** Never, or so long ago that it is forgotten. */
  static final long NEVER_NS = Long.MAX_VALUE;

  private static final VarHandle LINES = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int SIZE = 1 << 17;
  private static final int TIME_BITS = 24;
  private static final long TIME = (1L << TIME_BITS) - 1;
  private static final long SECOND_NS = 1_000_000_000L;

  // One line: 40 bits of who it was, 24 of the second it was in.
  private volatile long @Nullable [] lines;

  /** The peer with that address, as in {@link Sockaddr}, has spoken. */
  void seen(byte[] raw, long nowNs) {
    long[] all = lines;
    if (all == null) {
      synchronized (this) {
        all = lines == null ? new long[SIZE] : lines;
        lines = all;
      }
    }
    long who = who(raw);
    LINES.setOpaque(all, slot(who), who & ~TIME | second(nowNs));
  }

  /** How long ago that was. */
  long agoNs(byte[] raw, long nowNs) {
    long[] all = lines;
    if (all == null) {
      return NEVER_NS;
    }
    long who = who(raw);
    long line = (long) LINES.getOpaque(all, slot(who));
    return (line & ~TIME) != (who & ~TIME) ? NEVER_NS : (second(nowNs) - line & TIME) * SECOND_NS;
  }

  private static long second(long nowNs) {
    return nowNs / SECOND_NS & TIME;
  }

  private static int slot(long who) {
    return (int) (who & SIZE - 1);
  }

  private static long who(byte[] raw) {
    int from = Sockaddr.addressFrom(raw);
    int to = from + Sockaddr.addressSize(raw);
    long hash = Sockaddr.port(raw) * 0x9E3779B97F4A7C15L;
    for (int i = from; i < to; i++) {
      hash = (hash ^ raw[i]) * 0xBF58476D1CE4E5B9L;
      hash ^= hash >>> 32;
    }
    // A line that nobody has written is 0.
    return hash | 1L << 63;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The round trip between us and one side, from RTCP that passes (RFC 3550 §6.4.1): the other side's
 * sender report passes us towards this side, and this side's report block names it (LSR) and says
 * how long it was kept (DLSR). What lies between, less DLSR, is the way from us to this side and
 * back. The two halves of a stream together are the round trip between its sides.
 *
 * <p>Owned by one media loop; a figure is read by any thread.
 */
final class RoundTrip {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int SENDER_REPORT = 200;
  private static final int RECEIVER_REPORT = 201;
  private static final int BLOCK = 24;
  private static final long LONGEST_NS = 60_000_000_000L;
  private static final int FIRST_TYPE = 192;
  private static final int LAST_TYPE = 223;

  // The last sender report that went to this side: the middle of its NTP time, and when.
  private int reportId;
  private long reportNs;
  private long roundTripUs = -1;

  /** Microseconds, -1 while not known. */
  long us() {
    return roundTripUs;
  }

  /** True for what begins as a compound RTCP packet does (RFC 3550 A.2), its length held to. */
  static boolean isRtcp(MemorySegment memory, long at, int length) {
    if (length < 8 || (memory.get(BYTE, at) & 0xc0) != 0x80) {
      return false;
    }
    int type = memory.get(BYTE, at + 1) & 0xff;
    return type >= FIRST_TYPE && type <= LAST_TYPE && size(memory, at) <= length;
  }

  private static int size(MemorySegment memory, long at) {
    return ((memory.get(SHORT, at + 2) & 0xffff) + 1) * 4;
  }

  /** RTCP of this side: {@code other} is the round trip of the other one, which it goes to. */
  void passed(MemorySegment memory, long from, int length, RoundTrip other, long nowNs) {
    long at = from;
    long end = from + length;
    while (at + 8 <= end) {
      int size = size(memory, at);
      if (at + size > end || (memory.get(BYTE, at) & 0xc0) != 0x80) {
        return;
      }
      int type = memory.get(BYTE, at + 1) & 0xff;
      if (type == SENDER_REPORT && size >= 28) {
        other.reportId = memory.get(INT, at + 10);
        other.reportNs = nowNs;
        blocks(memory, at + 28, at + size, nowNs);
      } else if (type == RECEIVER_REPORT) {
        blocks(memory, at + 8, at + size, nowNs);
      }
      at += size;
    }
  }

  private void blocks(MemorySegment memory, long from, long end, long nowNs) {
    for (long at = from; at + BLOCK <= end; at += BLOCK) {
      int lastReport = memory.get(INT, at + 16);
      if (lastReport != 0 && lastReport == reportId && reportNs != 0) {
        long keptNs = (memory.get(INT, at + 20) & 0xffffffffL) * 1_000_000_000L >> 16;
        long wayNs = nowNs - reportNs - keptNs;
        if (wayNs >= 0 && wayNs < LONGEST_NS) {
          roundTripUs = wayNs / 1000;
        }
      }
    }
  }
}

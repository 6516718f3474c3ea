// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The fixed header of an RTP packet (RFC 3550 §5.1), read in place. Immutable. */
final class RtpHeader {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int FIXED = 12;
  private static final int STUN = 0x2112a442;
  private static final int ZRTP = 0x5a525450;

  private RtpHeader() {}

  /** True for version 2 and a length that holds what the header announces. */
  static boolean isRtp(MemorySegment memory, long at, int length) {
    if (length < FIXED) {
      return false;
    }
    int first = memory.get(BYTE, at);
    int sources = first & 0x0f;
    if ((first & 0xc0) != 0x80 || length < FIXED + 4 * sources) {
      return false;
    }
    if ((first & 0x10) == 0) {
      return true;
    }
    int extension = FIXED + 4 * sources;
    return length >= extension + 4
        && length >= extension + 4 + 4 * (memory.get(SHORT, at + extension + 2) & 0xffff);
  }

  /**
   * True for what agrees on keys or on a way before there is RTP: STUN, ZRTP and DTLS, by the first
   * byte (RFC 7983 §7); the first two name themselves as well (RFC 8489 §5, RFC 6189 §5).
   */
  static boolean isNegotiation(MemorySegment memory, long at, int length) {
    if (length < FIXED) {
      return false;
    }
    int first = memory.get(BYTE, at) & 0xff;
    int name = memory.get(INT, at + 4);
    return first <= 3 && name == STUN
        || first >= 16 && first <= 19 && name == ZRTP
        || first >= 20 && first <= 63;
  }

  /** True for what is RTCP where both come to one port (RFC 5761 §4). */
  static boolean isMuxedRtcp(MemorySegment memory, long at, int length) {
    if (length < 2) {
      return false;
    }
    int type = memory.get(BYTE, at + 1) & 0x7f;
    return type >= 64 && type <= 95;
  }

  static int payloadType(MemorySegment memory, long at) {
    return memory.get(BYTE, at + 1) & 0x7f;
  }

  static int sequence(MemorySegment memory, long at) {
    return memory.get(SHORT, at + 2) & 0xffff;
  }

  static int timestamp(MemorySegment memory, long at) {
    return memory.get(INT, at + 4);
  }

  static int ssrc(MemorySegment memory, long at) {
    return memory.get(INT, at + 8);
  }
}

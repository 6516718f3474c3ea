// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.srtp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Where things stand in RTP and SRTCP packets (RFC 3550 §5.1, §6.4, RFC 3711 §3). Immutable. */
final class SrtpPacket {
  /** Of RTP, without CSRCs and extension. */
  static final int RTP_HEADER = 12;

  /** Of RTCP: the part that is never encrypted. */
  static final int RTCP_HEADER = 8;

  /** The flag of encryption and the index of SRTCP. */
  static final int RTCP_INDEX = 4;

  /** Set where SRTCP is encrypted. */
  static final int ENCRYPTED = 0x80000000;

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private SrtpPacket() {}

  /** The length of the header with CSRCs and extension; -1 when it is no RTP. */
  static int rtpHeader(byte[] packet, int length) {
    if (length < RTP_HEADER || (packet[0] & 0xc0) != 0x80) {
      return -1;
    }
    int header = RTP_HEADER + 4 * (packet[0] & 0x0f);
    if ((packet[0] & 0x10) != 0) {
      if (length < header + 4) {
        return -1;
      }
      header += 4 + 4 * shortAt(packet, header + 2);
    }
    return header <= length ? header : -1;
  }

  static int sequence(byte[] packet) {
    return shortAt(packet, 2);
  }

  static int rtpSsrc(byte[] packet) {
    return intAt(packet, 8);
  }

  static int rtcpSsrc(byte[] packet) {
    return intAt(packet, 4);
  }

  static int shortAt(byte[] bytes, int at) {
    return (short) SHORT.get(bytes, at) & 0xffff;
  }

  static int intAt(byte[] bytes, int at) {
    return (int) INT.get(bytes, at);
  }

  static long longAt(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }

  static void putInt(byte[] bytes, int at, int value) {
    INT.set(bytes, at, value);
  }

  static void putLong(byte[] bytes, int at, long value) {
    LONG.set(bytes, at, value);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.linux.LinuxSockets;
import io.fairlead.linux.Sockaddr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Reads the error queue of a UDP socket (ip(7), MSG_ERRQUEUE): which datagram of ours came back,
 * from where and why. The layouts are those of 64-bit Linux.
 *
 * <p>Owned by one loop.
 */
final class ErrorQueue {
  private static final int MSG_ERRQUEUE = 0x2000;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int ORIGIN_LOCAL = 1;
  private static final int ORIGIN_ICMP = 2;
  private static final int ORIGIN_ICMP6 = 3;
  private static final int EMSGSIZE = 90;
  private static final int PAYLOAD = 2048;
  private static final int CONTROL = 512;

  private final MemorySegment name;
  private final byte[] sockaddr = new byte[Sockaddr.room()];
  private final MemorySegment payload;
  private final MemorySegment control;
  private final MemorySegment vector;
  private final MemorySegment header;
  private final byte[] bytes = new byte[PAYLOAD];
  private int length;
  private @Nullable InetSocketAddress remote;
  private int errno;
  private String why = "";

  ErrorQueue() {
    Arena arena = Arena.ofAuto();
    name = arena.allocate(Sockaddr.room(), 8);
    payload = arena.allocate(PAYLOAD, 8);
    control = arena.allocate(CONTROL, 8);
    vector = arena.allocate(16, 8);
    vector.set(ValueLayout.ADDRESS, 0, payload);
    vector.set(ValueLayout.JAVA_LONG, 8, PAYLOAD);
    header = arena.allocate(56, 8);
    header.set(ValueLayout.ADDRESS, 0, name);
    header.set(ValueLayout.ADDRESS, 16, vector);
    header.set(ValueLayout.JAVA_LONG, 24, 1);
    header.set(ValueLayout.ADDRESS, 32, control);
  }

  /** Takes the next error; false when there is none. */
  boolean next(int fd) {
    header.set(ValueLayout.JAVA_INT, 8, Sockaddr.room());
    header.set(ValueLayout.JAVA_LONG, 40, CONTROL);
    header.set(ValueLayout.JAVA_INT, 48, 0);
    long received = LinuxSockets.receive(fd, header, MSG_ERRQUEUE | MSG_DONTWAIT);
    if (received < 0) {
      return false;
    }
    length = (int) received;
    MemorySegment.copy(payload, ValueLayout.JAVA_BYTE, 0, bytes, 0, length);
    MemorySegment.copy(name, ValueLayout.JAVA_BYTE, 0, sockaddr, 0, sockaddr.length);
    remote = Sockaddr.read(sockaddr);
    readControl();
    return true;
  }

  /** The first bytes of our datagram. */
  byte[] bytes() {
    return bytes;
  }

  /** How many of them there are. */
  int length() {
    return length;
  }

  /** Where our datagram was to go. */
  @Nullable InetSocketAddress remote() {
    return remote;
  }

  /**
   * False for "too big": the kernel has learned the path's MTU and fragments from now on, so a
   * retransmission passes.
   */
  boolean fatal() {
    return errno != 0 && errno != EMSGSIZE;
  }

  /** In words. */
  String why() {
    return why;
  }

  private void readControl() {
    errno = 0;
    why = "undeliverable";
    long end = header.get(ValueLayout.JAVA_LONG, 40);
    for (long at = 0; at + 16 <= end; ) {
      long size = control.get(ValueLayout.JAVA_LONG, at);
      int level = control.get(ValueLayout.JAVA_INT, at + 8);
      int type = control.get(ValueLayout.JAVA_INT, at + 12);
      if (LinuxSockets.isError(level, type) && size >= 16 + 16) {
        errno = control.get(ValueLayout.JAVA_INT, at + 16);
        int origin = control.get(ValueLayout.JAVA_BYTE, at + 20);
        int icmp = Byte.toUnsignedInt(control.get(ValueLayout.JAVA_BYTE, at + 21));
        int code = Byte.toUnsignedInt(control.get(ValueLayout.JAVA_BYTE, at + 22));
        why = words(origin, icmp, code);
      }
      if (size < 16) {
        return;
      }
      at += (size + 7) & ~7L;
    }
  }

  static String words(int origin, int type, int code) {
    return switch (origin) {
      case ORIGIN_ICMP -> type == 3 ? icmp(code) : type == 11 ? "ICMP time exceeded" : "ICMP error";
      case ORIGIN_ICMP6 ->
          type == 1 ? icmp6(code) : type == 3 ? "ICMP time exceeded" : "ICMP error";
      case ORIGIN_LOCAL -> "local error";
      default -> "undeliverable";
    };
  }

  private static String icmp(int code) {
    return switch (code) {
      case 0 -> "ICMP network unreachable";
      case 1 -> "ICMP host unreachable";
      case 2 -> "ICMP protocol unreachable";
      case 3 -> "ICMP port unreachable";
      case 9, 10, 13 -> "ICMP administratively prohibited";
      default -> "ICMP destination unreachable";
    };
  }

  private static String icmp6(int code) {
    return switch (code) {
      case 0 -> "ICMP network unreachable";
      case 1 -> "ICMP administratively prohibited";
      case 3 -> "ICMP host unreachable";
      case 4 -> "ICMP port unreachable";
      default -> "ICMP destination unreachable";
    };
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The few socket options and calls of Linux that the JDK does not offer: ICMP errors (ip(7),
 * IP_RECVERR), IPV6_V6ONLY, marks for routers and addresses that are not there yet. Where they
 * cannot be had, one line in the log says so and all else works on, but for what was configured.
 *
 * <p>Immutable.
 */
public final class LinuxSockets {
  private static final Logger LOG = LoggerFactory.getLogger(LinuxSockets.class);
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int IPPROTO_IP = 0;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IP_RECVERR = 11;
  private static final int IPV6_RECVERR = 25;
  private static final int IPV6_V6ONLY = 26;
  private static final int IP_TOS = 1;
  private static final int IPV6_TCLASS = 67;
  private static final int IP_FREEBIND = 15;
  private static final int IPV6_FREEBIND = 78;
  private static final int MSG_DONTWAIT = 0x40;

  // The compiler takes the components of a record for constants, and so inlines the calls.
  private record Functions(
      MethodHandle setsockopt,
      MethodHandle recvmsg,
      MethodHandle recvfrom,
      MethodHandle sendto,
      Method fileDescriptor) {}

  private static final @Nullable Functions SYSTEM = load();

  private LinuxSockets() {}

  // Restricted: native access is what this class is for; the start script allows it. Critical: the
  // calls may read and write arrays of ours in place, since none of them waits.
  @SuppressWarnings("restricted")
  private static MethodHandle function(
      String name, MemoryLayout result, MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.critical(true));
  }

  private static Functions functions(Method fileDescriptor) {
    var pointer = ValueLayout.ADDRESS;
    var number = ValueLayout.JAVA_INT;
    var size = ValueLayout.JAVA_LONG;
    return new Functions(
        function("setsockopt", number, number, number, number, pointer, number),
        function("recvmsg", size, number, pointer, number),
        function("recvfrom", size, number, pointer, size, number, pointer, pointer),
        function("sendto", size, number, pointer, size, number, pointer, number),
        fileDescriptor);
  }

  private static @Nullable Functions load() {
    try {
      if (!System.getProperty("os.name", "").equals("Linux")) {
        throw new UnsupportedOperationException("this is not Linux");
      }
      Method fd = Class.forName("sun.nio.ch.SelChImpl").getMethod("getFDVal");
      Functions found = functions(fd);
      // Opened only to learn here, not at the first error, whether the descriptor may be read.
      try (var probe = DatagramChannel.open()) {
        var _ = fd.invoke(probe);
      }
      return found;
    } catch (ReflectiveOperationException | RuntimeException | IOException e) {
      LOG.warn(
          "ICMP errors will not be seen, an unreachable UDP peer is found by timeout only: {}",
          e.toString());
      return null;
    }
  }

  /** The file descriptor, or -1 when it cannot be known. */
  public static int fd(SelectableChannel channel) {
    if (SYSTEM == null) {
      return -1;
    }
    try {
      return (int) SYSTEM.fileDescriptor.invoke(channel);
    } catch (ReflectiveOperationException e) {
      LOG.debug("no descriptor of {}", channel, e);
      return -1;
    }
  }

  /** Has ICMP errors queued on the socket. */
  public static void reportErrors(SelectableChannel channel, boolean ipv6) {
    set(channel, ipv6 ? IPPROTO_IPV6 : IPPROTO_IP, ipv6 ? IPV6_RECVERR : IP_RECVERR, 1);
  }

  /** Has an IPv6 socket take IPv6 only, so that the same port can be bound for IPv4 as well. */
  public static void ipv6Only(SelectableChannel channel, boolean ipv6) {
    if (ipv6) {
      set(channel, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    }
  }

  /** Has a socket bind an address that no interface has. */
  public static void bindAnywhere(SelectableChannel channel, boolean ipv6) throws IOException {
    if (!set(channel, ipv6 ? IPPROTO_IPV6 : IPPROTO_IP, ipv6 ? IPV6_FREEBIND : IP_FREEBIND, 1)) {
      throw new IOException("floating: this system cannot bind an address that is not there");
    }
  }

  /** Marks what a socket sends: the six bits of DSCP and two more (RFC 2474 §3). */
  public static void trafficClass(SelectableChannel channel, boolean ipv6, int bits)
      throws IOException {
    if (!set(channel, ipv6 ? IPPROTO_IPV6 : IPPROTO_IP, ipv6 ? IPV6_TCLASS : IP_TOS, bits)) {
      throw new IOException("dscp: this system does not let us mark what we send");
    }
  }

  /**
   * Gives a socket a receive buffer beyond what the system grants everybody (net.core.rmem_max).
   *
   * @return false where CAP_NET_ADMIN is missing
   */
  public static boolean forceReceiveBuffer(SelectableChannel channel, int bytes) {
    return tried(channel, SOL_SOCKET, SO_RCVBUFFORCE, bytes);
  }

  private static boolean set(SelectableChannel channel, int level, int option, int value) {
    boolean done = tried(channel, level, option, value);
    if (!done && SYSTEM != null) {
      LOG.warn("setsockopt {} {} failed on {}", level, option, channel);
    }
    return done;
  }

  private static boolean tried(SelectableChannel channel, int level, int option, int value) {
    int fd = fd(channel);
    if (fd < 0 || SYSTEM == null) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment number = arena.allocateFrom(ValueLayout.JAVA_INT, value);
      return (int) SYSTEM.setsockopt.invokeExact(fd, level, option, number, 4) == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("setsockopt", e);
    }
  }

  /** True for the control message that carries an error. */
  public static boolean isError(int level, int type) {
    return level == IPPROTO_IP ? type == IP_RECVERR : level == IPPROTO_IPV6 && type == IPV6_RECVERR;
  }

  /** recvmsg(2); the number of bytes, or -1 for any failure. */
  public static long receive(int fd, MemorySegment header, int flags) {
    if (fd < 0 || SYSTEM == null) {
      return -1;
    }
    try {
      return (long) SYSTEM.recvmsg.invokeExact(fd, header, flags);
    } catch (Throwable e) {
      throw new IllegalStateException("recvmsg", e);
    }
  }

  /**
   * recvfrom(2) without waiting; the number of bytes, or -1 when there is none, or for any failure.
   *
   * @param addressLength where the length of the address's room stands, and that of the address is
   *     written
   */
  public static int receive(
      int fd, MemorySegment into, MemorySegment address, MemorySegment addressLength) {
    if (fd < 0 || SYSTEM == null) {
      return -1;
    }
    try {
      return (int)
          (long)
              SYSTEM.recvfrom.invokeExact(
                  fd, into, into.byteSize(), MSG_DONTWAIT, address, addressLength);
    } catch (Throwable e) {
      throw new IllegalStateException("recvfrom", e);
    }
  }

  /** sendto(2) without waiting; the number of bytes, or -1 for any failure. */
  public static long send(int fd, MemorySegment bytes, long length, MemorySegment address) {
    if (fd < 0 || SYSTEM == null) {
      return -1;
    }
    try {
      return (long)
          SYSTEM.sendto.invokeExact(
              fd, bytes, length, MSG_DONTWAIT, address, (int) address.byteSize());
    } catch (Throwable e) {
      throw new IllegalStateException("sendto", e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.linux;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * System calls of 64-bit Linux that the JDK does not offer, with addresses of native memory as
 * numbers. What fails gives the negative error number, errno(3), or where speed counts -1.
 *
 * <p>Immutable.
 */
final class SystemCalls {
  static final int EAGAIN = 11;
  static final int EBUSY = 16;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_TRUNC = 0x20;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final AddressLayout POINTER = ValueLayout.ADDRESS;
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final VarHandle ERRNO_OF =
      Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

  // None of these waits, so they may run as critical ones do: without leaving Java.
  private static final Linker.Option QUICK = Linker.Option.critical(false);

  private static final MethodHandle RECVFROM =
      function("recvfrom", of(LONG, INT, LONG, LONG, INT, LONG, LONG), QUICK);
  private static final MethodHandle RECVMMSG =
      function("recvmmsg", of(INT, INT, LONG, INT, INT, LONG), QUICK);
  private static final MethodHandle SENDTO =
      function("sendto", of(LONG, INT, LONG, LONG, INT, LONG, INT), QUICK);
  private static final MethodHandle EPOLL_LOOK =
      function("epoll_wait", of(INT, INT, LONG, INT, INT), QUICK);
  private static final MethodHandle EPOLL_WAIT =
      function("epoll_wait", of(INT, INT, LONG, INT, INT));
  private static final MethodHandle READ = function("read", of(LONG, INT, LONG, LONG), QUICK);
  private static final MethodHandle WRITE = function("write", of(LONG, INT, LONG, LONG), QUICK);
  private static final MethodHandle SOCKET = function("socket", of(INT, INT, INT, INT), ERRNO);
  private static final MethodHandle BIND = function("bind", of(INT, INT, POINTER, INT), ERRNO);
  private static final MethodHandle SETSOCKOPT =
      function("setsockopt", of(INT, INT, INT, INT, POINTER, INT), ERRNO);
  private static final MethodHandle CLOSE = function("close", of(INT, INT), ERRNO);
  private static final MethodHandle EVENTFD = function("eventfd", of(INT, INT, INT), ERRNO);
  private static final MethodHandle EPOLL_CREATE = function("epoll_create1", of(INT, INT), ERRNO);
  private static final MethodHandle EPOLL_CTL =
      function("epoll_ctl", of(INT, INT, INT, INT, LONG), ERRNO);
  private static final MethodHandle MMAP =
      function("mmap", of(LONG, LONG, LONG, INT, INT, INT, LONG), ERRNO);
  private static final MethodHandle MUNMAP = function("munmap", of(INT, LONG, LONG), ERRNO);
  private static final MethodHandle SYSCALL =
      function(
          "syscall",
          of(LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG),
          ERRNO,
          Linker.Option.firstVariadicArg(1));

  private SystemCalls() {}

  private static FunctionDescriptor of(MemoryLayout result, MemoryLayout... arguments) {
    return FunctionDescriptor.of(result, arguments);
  }

  // Restricted: native access is what this class is for; the start script allows it.
  @SuppressWarnings("restricted")
  private static MethodHandle function(
      String name, FunctionDescriptor form, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), form, options);
  }

  /** Native memory that the kernel gave, and gets back when nobody holds it any more. */
  @SuppressWarnings("restricted")
  static MemorySegment memory(long address, long size, Arena arena) {
    return MemorySegment.ofAddress(address).reinterpret(size, arena, _ -> unmap(address, size));
  }

  /** Native memory at an address the kernel gave. */
  @SuppressWarnings("restricted")
  static MemorySegment memory(long address, long size) {
    return MemorySegment.ofAddress(address).reinterpret(size);
  }

  private static IllegalStateException failed(String name, Throwable cause) {
    return new IllegalStateException(name, cause);
  }

  private static MemorySegment errno(Arena arena) {
    return arena.allocate(Linker.Option.captureStateLayout());
  }

  private static long result(long value, MemorySegment errno) {
    return value == -1 ? -(int) ERRNO_OF.get(errno, 0L) : value;
  }

  /** recvfrom(2) without waiting: the datagram's whole length, also where it was cut, or -1. */
  static int recvfrom(int fd, long into, int size, long address, long addressLength) {
    try {
      return (int)
          (long)
              RECVFROM.invokeExact(
                  fd, into, (long) size, MSG_DONTWAIT | MSG_TRUNC, address, addressLength);
    } catch (Throwable e) {
      throw failed("recvfrom", e);
    }
  }

  /** recvmmsg(2) without waiting: how many datagrams, or -1. */
  static int recvmmsg(int fd, long headers, int count) {
    try {
      return (int) RECVMMSG.invokeExact(fd, headers, count, MSG_DONTWAIT, 0L);
    } catch (Throwable e) {
      throw failed("recvmmsg", e);
    }
  }

  /** sendto(2) without waiting: the length sent or -1. */
  static int sendto(int fd, long from, int length, long address, int addressLength) {
    try {
      return (int)
          (long) SENDTO.invokeExact(fd, from, (long) length, MSG_DONTWAIT, address, addressLength);
    } catch (Throwable e) {
      throw failed("sendto", e);
    }
  }

  /** epoll_wait(2): how many are ready, or -1. A time of 0 looks only. */
  static int epollWait(int epoll, long events, int most, int timeoutMs) {
    try {
      return timeoutMs == 0
          ? (int) EPOLL_LOOK.invokeExact(epoll, events, most, 0)
          : (int) EPOLL_WAIT.invokeExact(epoll, events, most, timeoutMs);
    } catch (Throwable e) {
      throw failed("epoll_wait", e);
    }
  }

  /** Adds to (1) or takes from (2) what an epoll watches. */
  static int epollControl(int epoll, int operation, int fd, long event) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errno(arena);
      return (int) result((int) EPOLL_CTL.invokeExact(errno, epoll, operation, fd, event), errno);
    } catch (Throwable e) {
      throw failed("epoll_ctl", e);
    }
  }

  /** A new epoll. */
  static int epoll() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errno(arena);
      return (int) result((int) EPOLL_CREATE.invokeExact(errno, 0x80000), errno);
    } catch (Throwable e) {
      throw failed("epoll_create1", e);
    }
  }

  /** A new eventfd(2) that never waits. */
  static int eventFd() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errno(arena);
      return (int) result((int) EVENTFD.invokeExact(errno, 0, 0x80800), errno);
    } catch (Throwable e) {
      throw failed("eventfd", e);
    }
  }

  /** Reads eight bytes, such as the count of an eventfd. */
  static void read(int fd, long into) {
    try {
      long ignored = (long) READ.invokeExact(fd, into, 8L);
    } catch (Throwable e) {
      throw failed("read", e);
    }
  }

  /** Writes eight bytes. */
  static void write(int fd, long from) {
    try {
      long ignored = (long) WRITE.invokeExact(fd, from, 8L);
    } catch (Throwable e) {
      throw failed("write", e);
    }
  }

  /** A new UDP socket that never waits. */
  static int udpSocket(boolean ipv6) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errno(arena);
      return (int) result((int) SOCKET.invokeExact(errno, ipv6 ? 10 : 2, 0x80802, 0), errno);
    } catch (Throwable e) {
      throw failed("socket", e);
    }
  }

  /** bind(2). */
  static int bind(int fd, byte[] sockaddr) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errno(arena);
      MemorySegment address = arena.allocateFrom(ValueLayout.JAVA_BYTE, sockaddr);
      return (int) result((int) BIND.invokeExact(errno, fd, address, sockaddr.length), errno);
    } catch (Throwable e) {
      throw failed("bind", e);
    }
  }

  /** setsockopt(2) with a number. */
  static int option(int fd, int level, int option, int value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errno(arena);
      MemorySegment number = arena.allocateFrom(INT, value);
      return (int) result((int) SETSOCKOPT.invokeExact(errno, fd, level, option, number, 4), errno);
    } catch (Throwable e) {
      throw failed("setsockopt", e);
    }
  }

  /** close(2). */
  static void close(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      int ignored = (int) CLOSE.invokeExact(errno(arena), fd);
    } catch (Throwable e) {
      throw failed("close", e);
    }
  }

  /** Memory: shared with a file, or anonymous where there is none (-1). */
  static long map(long size, int fd, long offset) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errno(arena);
      int flags = fd < 0 ? 0x22 : 0x8001;
      return result((long) MMAP.invokeExact(errno, 0L, size, 3, flags, fd, offset), errno);
    } catch (Throwable e) {
      throw failed("mmap", e);
    }
  }

  /** Gives memory back. */
  static void unmap(long address, long size) {
    try (Arena arena = Arena.ofConfined()) {
      int ignored = (int) MUNMAP.invokeExact(errno(arena), address, size);
    } catch (Throwable e) {
      throw failed("munmap", e);
    }
  }

  /** io_uring_setup(2): a descriptor. */
  static int uringSetup(int entries, long params) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errno(arena);
      return (int)
          result(
              (long) SYSCALL.invokeExact(errno, 425L, (long) entries, params, 0L, 0L, 0L, 0L),
              errno);
    } catch (Throwable e) {
      throw failed("io_uring_setup", e);
    }
  }

  /** io_uring_register(2). */
  static int uringRegister(int fd, int what, long argument, int count) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = errno(arena);
      return (int)
          result(
              (long)
                  SYSCALL.invokeExact(
                      errno, 427L, (long) fd, (long) what, argument, (long) count, 0L, 0L),
              errno);
    } catch (Throwable e) {
      throw failed("io_uring_register", e);
    }
  }

  /**
   * io_uring_enter(2), which may wait.
   *
   * @param times a struct io_uring_getevents_arg, or 0 for one that does not wait
   */
  static void uringEnter(MemorySegment errno, int fd, int submit, int wanted, long times) {
    long flags = times == 0 ? 0 : 1 | 1 << 3;
    long size = times == 0 ? 0 : 24;
    try {
      long ignored =
          (long)
              SYSCALL.invokeExact(
                  errno, 426L, (long) fd, (long) submit, (long) wanted, flags, times, size);
    } catch (Throwable e) {
      throw failed("io_uring_enter", e);
    }
  }

  /** Where {@link #uringEnter} keeps the error. */
  static MemorySegment errnoOf(Arena arena) {
    return errno(arena);
  }
}

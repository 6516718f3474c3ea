// SPDX-License-Identifier: Apache-2.0
package io.fairlead.linux.netfilter;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A socket to the kernel's netfilter (netlink(7), NETLINK_NETFILTER), with a buffer each way. The
 * kernel does what a message asks before sending returns, and has queued its answers by then; so
 * nothing here waits.
 *
 * <p>Owned by one thread.
 */
public final class NetlinkSocket implements AutoCloseable {
  /** Most bytes in one batch that fits the send buffer a socket has by default. */
  static final int OUT = 96 * 1024;

  // The kernel's longest answer to a dump is 32 KiB (netlink_dump).
  private static final int IN = 64 * 1024;
  // What is told of removed elements queues up here until it is read.
  private static final int RECEIVE_BUFFER = 4 << 20;

  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int NETLINK_NETFILTER = 12;
  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDBUFFORCE = 32;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int EAGAIN = 11;
  private static final int EINTR = 4;

  private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private record Functions(
      MethodHandle socket,
      MethodHandle setsockopt,
      MethodHandle send,
      MethodHandle recv,
      MethodHandle close) {
    static Functions load() {
      var pointer = ValueLayout.ADDRESS;
      var number = ValueLayout.JAVA_INT;
      var size = ValueLayout.JAVA_LONG;
      return new Functions(
          function("socket", number, number, number, number),
          function("setsockopt", number, number, number, number, pointer, number),
          function("send", size, number, pointer, size, number),
          function("recv", size, number, pointer, size, number),
          function("close", number, number));
    }
  }

  private final Functions system;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment state = arena.allocate(STATE);
  private final MemorySegment outMemory;
  private final MemorySegment inMemory = arena.allocate(IN, 8);
  private final ByteBuffer out;
  private final ByteBuffer in = inMemory.asByteBuffer().order(ByteOrder.nativeOrder());
  private final int fd;

  private NetlinkSocket(Functions system, int room) throws IOException {
    this.system = system;
    outMemory = arena.allocate(room, 8);
    out = outMemory.asByteBuffer().order(ByteOrder.nativeOrder());
    int made;
    try {
      made =
          (int)
              system.socket.invokeExact(
                  state, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
    } catch (Throwable e) {
      throw new IllegalStateException("socket", e);
    }
    fd = made;
    if (fd < 0) {
      arena.close();
      throw new IOException("there is no netlink to netfilter: error " + errno());
    }
    force(SO_RCVBUFFORCE, RECEIVE_BUFFER);
    if (room > OUT) {
      // The kernel takes no message longer than the buffer, and counts its own bytes with ours.
      force(SO_SNDBUFFORCE, room);
    }
  }

  /**
   * Opens one; needs no privilege yet.
   *
   * @throws IOException when this system has none
   */
  public static NetlinkSocket open() throws IOException {
    return open(OUT);
  }

  /**
   * Opens one for longer batches.
   *
   * @param room bytes in one batch; more than 96 KiB needs CAP_NET_ADMIN, as tables do
   * @throws IOException when this system has none
   */
  public static NetlinkSocket open(int room) throws IOException {
    try {
      return new NetlinkSocket(Functions.load(), room);
    } catch (RuntimeException e) {
      throw new IOException("this system has no netlink: " + e.getMessage(), e);
    }
  }

  // Restricted: native access is what this class is for; the start script allows it.
  @SuppressWarnings("restricted")
  private static MethodHandle function(
      String name, MemoryLayout result, MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"));
  }

  private void force(int option, int bytes) {
    try (Arena moment = Arena.ofConfined()) {
      MemorySegment size = moment.allocateFrom(ValueLayout.JAVA_INT, bytes);
      // Refused without CAP_NET_ADMIN, and then the table is refused as well.
      int _ =
          (int) system.setsockopt.invokeExact(state, fd, SOL_SOCKET, option, size, Integer.BYTES);
    } catch (Throwable e) {
      throw new IllegalStateException("setsockopt", e);
    }
  }

  private int errno() {
    return (int) ERRNO.get(state, 0L);
  }

  /** The buffer to write messages into, from its start. */
  public ByteBuffer out() {
    return out;
  }

  /**
   * Sends the first bytes of {@link #out}; what they ask is done when it returns.
   *
   * @throws IOException when the kernel does not take them
   */
  public void send(int length) throws IOException {
    long sent;
    try {
      sent = (long) system.send.invokeExact(state, fd, outMemory, (long) length, 0);
    } catch (Throwable e) {
      throw new IllegalStateException("send", e);
    }
    if (sent != length) {
      throw new IOException("netlink took no message: error " + errno());
    }
  }

  /**
   * The next answer, from position to limit; empty when there is none. Valid until the next call.
   *
   * @throws IOException when answers were lost
   */
  public ByteBuffer receive() throws IOException {
    while (true) {
      long length;
      try {
        length = (long) system.recv.invokeExact(state, fd, inMemory, (long) IN, MSG_DONTWAIT);
      } catch (Throwable e) {
        throw new IllegalStateException("recv", e);
      }
      if (length >= 0) {
        return in.position(0).limit((int) length);
      }
      if (errno() == EAGAIN) {
        return in.position(0).limit(0);
      }
      if (errno() != EINTR) {
        throw new IOException("netlink lost an answer: error " + errno());
      }
    }
  }

  @Override
  public void close() {
    try {
      int _ = (int) system.close.invokeExact(state, fd);
    } catch (Throwable e) {
      throw new IllegalStateException("close", e);
    }
    arena.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A peer that sends and receives numbered RTP packets in another network namespace; the process
 * must be root. Its socket is made by a thread that enters the namespace and ends. Owned by one
 * test program.
 */
final class NamespacePeer implements AutoCloseable {
  private static final int CLONE_NEWNET = 0x40000000;
  private static final int RTP_HEADER = 12;

  /** Who a packet came from and what number it had. */
  record Received(InetSocketAddress from, int number, int payloadType) {}

  private final DatagramChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(2048);
  private int number;

  NamespacePeer(String namespace, InetSocketAddress local) {
    CompletableFuture<DatagramChannel> made = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(() -> {
          try {
            enter(namespace);
            DatagramChannel opened = DatagramChannel.open();
            opened.bind(local).configureBlocking(false);
            made.complete(opened);
          } catch (IOException | RuntimeException e) {
            made.completeExceptionally(e);
          }
        });
    channel = made.join();
  }

  // Restricted: the command line of the tests allows native access.
  @SuppressWarnings("restricted")
  private static void enter(String namespace) {
    var number = ValueLayout.JAVA_INT;
    Linker linker = Linker.nativeLinker();
    try (Arena arena = Arena.ofConfined()) {
      MethodHandle open =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("open"),
              FunctionDescriptor.of(number, ValueLayout.ADDRESS, number));
      MethodHandle setns =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("setns"),
              FunctionDescriptor.of(number, number, number));
      MemorySegment path = arena.allocateFrom("/run/netns/" + namespace);
      int fd = (int) open.invokeExact(path, 0);
      int result = (int) setns.invokeExact(fd, CLONE_NEWNET);
      if (fd < 0 || result != 0) {
        throw new IllegalStateException("cannot enter the namespace " + namespace);
      }
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends the next number as RTP. */
  void send(InetSocketAddress to) throws IOException {
    send(to, 8, number++);
  }

  /** Sends any second byte and number. */
  void send(InetSocketAddress to, int second, int sequence) throws IOException {
    buffer.clear();
    buffer.put((byte) 0x80).put((byte) second).putShort((short) sequence);
    buffer.put(new byte[RTP_HEADER - 4 + 160]).flip();
    channel.send(buffer, to);
  }

  /** All that has come. */
  List<Received> receive() throws IOException {
    List<Received> all = new ArrayList<>();
    while (true) {
      buffer.clear();
      var from = (InetSocketAddress) channel.receive(buffer);
      if (from == null) {
        return all;
      }
      all.add(new Received(from, buffer.getShort(2) & 0xffff, buffer.get(1) & 0xff));
    }
  }

  int sent() {
    return number;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

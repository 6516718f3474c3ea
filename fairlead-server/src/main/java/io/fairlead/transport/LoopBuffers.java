// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.linux.DatagramBatch;
import io.fairlead.linux.Sockaddr;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The buffers all sockets of a loop share: what is read lies in {@code received} until the message
 * is handled, what the JDK writes for us passes through {@code out}.
 *
 * <p>Owned by one loop.
 */
final class LoopBuffers {
  static final int SIZE = 65536;

  final ByteBuffer in = ByteBuffer.allocateDirect(SIZE);
  final byte[] received = new byte[SIZE];
  final ByteBuffer out =
      ByteBuffer.allocateDirect(SIZE + Framing.OVERHEAD + ConnectionEncryption.OVERHEAD);
  // Before it is encrypted.
  final ByteBuffer framed = ByteBuffer.allocateDirect(SIZE + Framing.OVERHEAD);
  final MemorySegment receivedMemory = MemorySegment.ofArray(received);
  final byte[] source = new byte[Sockaddr.room()];
  final MemorySegment sourceMemory = MemorySegment.ofArray(source);
  final int[] sourceLength = new int[1];
  final MemorySegment sourceLengthMemory = MemorySegment.ofArray(sourceLength);
  final ErrorQueue errors = new ErrorQueue();
  private @Nullable TlsBuffers tls;
  private @Nullable DatagramBatch datagrams;

  /** The buffers of encrypted connections, made when the first needs them. */
  TlsBuffers tls() {
    TlsBuffers made = tls;
    if (made == null) {
      made = new TlsBuffers();
      tls = made;
    }
    return made;
  }

  /**
   * Room for datagrams that come in one go, made when the first do.
   *
   * @param most how many a socket takes at once; the socket that takes most decides
   */
  DatagramBatch datagrams(int most) {
    DatagramBatch made = datagrams;
    if (made == null || made.room() < most) {
      made = new DatagramBatch(most, SIZE);
      datagrams = made;
    }
    return made;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The buffers all sockets of a loop share: what is read lies in {@code received} until the message
 * is handled, what is written passes through {@code out}.
 *
 * <p>Owned by one loop.
 */
final class Scratch {
  static final int SIZE = 65536;

  final ByteBuffer in = ByteBuffer.allocateDirect(SIZE);
  final byte[] received = new byte[SIZE];
  final ByteBuffer out = ByteBuffer.allocateDirect(SIZE);
  final MemorySegment outMemory = MemorySegment.ofBuffer(out);
  final NativeAddress address = new NativeAddress();
  final ErrorQueue errors = new ErrorQueue();
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.nio.ByteBuffer;

/**
 * The buffers all encrypted connections of a loop share, and each thread that does handshakes has:
 * a connection keeps none. They are direct, as native engines want them.
 *
 * <p>Owned by one loop, or one thread.
 */
final class TlsBuffers {
  /** The longest record (RFC 8446 §5.2, RFC 5246 §6.2.3) with its header. */
  static final int RECORD = 5 + 16384 + 2048;

  /** As they come: what was read, and the part of a record that was kept before. */
  final ByteBuffer sealed = ByteBuffer.allocateDirect(LoopBuffers.SIZE + RECORD);

  /** One record, decrypted. */
  final ByteBuffer opened = ByteBuffer.allocateDirect(RECORD);

  /** The same, where the layer above can read it. */
  final byte[] plain = new byte[RECORD];

  /** What a handshake says, one or more records. */
  final ByteBuffer said = ByteBuffer.allocateDirect(4 * RECORD);
}

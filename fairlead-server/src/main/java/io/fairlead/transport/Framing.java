// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.nio.ByteBuffer;

/**
 * Where a message begins and ends in the bytes of a connection, and how one is written: the
 * Content-Length of a stream (RFC 3261 §18.3), or WebSocket's frames (RFC 7118).
 *
 * <p>Owned by one loop.
 */
interface Framing {
  /** The most bytes a frame adds to its message. */
  int OVERHEAD = 16;

  /**
   * The bytes below can flow. Calls {@link LayeredConnection#framed} at once, or when the opening
   * handshake is done.
   */
  void begin();

  /**
   * Bytes have arrived; they are borrowed. Each whole message goes to {@link
   * LayeredConnection#message}.
   */
  void received(byte[] bytes, int from, int to);

  /** True when part of a message has arrived. */
  boolean inMessage();

  /**
   * Appends a message as it goes over the connection; the buffer has room for it and {@link
   * #OVERHEAD}.
   */
  void frame(byte[] message, int from, int to, ByteBuffer out);

  /** Asks the peer for a sign of life; the answer comes back as {@link LayeredConnection#pong}. */
  void ping();

  /** Says good-bye where the protocol knows one, before the connection is closed. */
  void bye();

  /** The connection has ended. Called once. */
  default void close() {}
}

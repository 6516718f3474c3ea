// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.nio.ByteBuffer;

/**
 * What encrypts a connection, between its socket and its {@link Framing}.
 *
 * <p>Owned by one loop; what is slow in a handshake runs elsewhere and comes home.
 */
interface ConnectionEncryption {
  /**
   * The most bytes that protecting a whole message may add, and the room an engine wants to see for
   * the last record, however short that will be.
   */
  int OVERHEAD = 24_576;

  /**
   * The socket is connected: the handshake begins. {@link LayeredConnection#secured} is called when
   * it is done.
   */
  void begin();

  /**
   * Bytes came from the socket; they are borrowed. What they hold for the layer above goes to
   * {@link LayeredConnection#plain}.
   */
  void received(byte[] bytes, int from, int to);

  /**
   * Encrypts all that is in the first buffer and appends it to the second, which has room for it.
   */
  void protect(ByteBuffer plain, ByteBuffer out);

  /** True when part of what can be decrypted only as a whole has arrived. */
  boolean inRecord();

  /**
   * True when the peer that connected to us has proven, by a certificate, all that is asked of one
   * we would connect to: such a connection may be used in both directions (RFC 5923 §8). Any
   * thread, once the handshake is done.
   */
  default boolean proves(Peer wanted) {
    return false;
  }

  /** Says good-bye before the connection is closed. */
  void bye();

  /** The connection has ended: gives back what it holds outside the heap. Called once. */
  default void close() {}
}

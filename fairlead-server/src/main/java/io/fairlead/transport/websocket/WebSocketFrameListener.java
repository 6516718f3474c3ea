// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.websocket;

/**
 * Told what a {@link WebSocketFrameReader} finds; bytes are borrowed.
 *
 * <p>Owned by one loop.
 */
public interface WebSocketFrameListener {
  /** A whole message, text or binary. */
  void onMessage(byte[] bytes, int from, int to);

  /** The peer asks for a sign of life; the answer must carry the same bytes. */
  void onPing(byte[] bytes, int from, int to);

  /** The peer gave one. */
  void onPong();

  /**
   * The peer says good-bye.
   *
   * @param code its reason, which the answer repeats
   */
  void onClose(CloseCode code);

  /**
   * The peer broke the protocol; nothing more is read.
   *
   * @param code what to tell it
   */
  void onViolation(CloseCode code, String words);

  /** False when nothing more shall be read. */
  boolean open();
}

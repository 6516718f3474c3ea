// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.websocket;

/**
 * Why a WebSocket connection is closed (RFC 6455 §7.4). Immutable.
 *
 * @param number as in a close frame; 0 when the frame said nothing
 */
public record CloseCode(int number) {
  /** The frame had no reason. */
  public static final CloseCode NONE = new CloseCode(0);

  /** All is done. */
  public static final CloseCode NORMAL = new CloseCode(1000);

  /** One side ends. */
  public static final CloseCode GOING_AWAY = new CloseCode(1001);

  /** Against the protocol. */
  public static final CloseCode PROTOCOL = new CloseCode(1002);

  /** Text that is not UTF-8. */
  public static final CloseCode NOT_TEXT = new CloseCode(1007);

  /** Longer than accepted. */
  public static final CloseCode TOO_LONG = new CloseCode(1009);

  /** Whether a peer may send it: 1004 to 1006 and 1015 are never on the wire. */
  boolean maySend() {
    return number >= 1000 && number <= 1003
        || number >= 1007 && number <= 1014
        || number >= 3000 && number <= 4999;
  }
}

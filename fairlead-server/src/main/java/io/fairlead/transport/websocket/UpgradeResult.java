// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.websocket;

/** How an HTTP request to a WebSocket listener ends (RFC 6455 §4.2.2). Immutable. */
public enum UpgradeResult {
  /** More bytes are needed. */
  INCOMPLETE(0, "", ""),
  /** A WebSocket connection is open. */
  ACCEPTED(101, "Switching Protocols", ""),
  /** A plain request: somebody looks whether anybody is here. */
  PAGE(
      200,
      "OK",
      "This port speaks SIP over WebSocket (RFC 7118). Connect to it with the subprotocol sip."),
  /** Not HTTP, or not well-formed. */
  MALFORMED(400, "Bad Request", "This port speaks SIP over WebSocket: expected an HTTP/1.1 GET."),
  /** The WebSocket headers are not complete. */
  BAD_UPGRADE(400, "Bad Request", "The WebSocket headers are not those of RFC 6455."),
  /** Another subprotocol, or none. */
  NOT_SIP(400, "Bad Request", "Offer the subprotocol sip: Sec-WebSocket-Protocol: sip."),
  /** A page that is not on the list. */
  FOREIGN_ORIGIN(403, "Forbidden", "Pages of this origin may not connect."),
  /** Another path. */
  NOT_FOUND(404, "Not Found", "There is nothing here."),
  /** Neither GET nor HEAD. */
  OTHER_METHOD(405, "Method Not Allowed", "Only GET is answered."),
  /** Another version of WebSocket. */
  OTHER_VERSION(426, "Upgrade Required", "Use WebSocket version 13."),
  /** Too many or too long headers. */
  TOO_LARGE(431, "Request Header Fields Too Large", "The request is too long.");

  private final int status;
  private final String reason;
  private final String text;

  UpgradeResult(int status, String reason, String text) {
    this.status = status;
    this.reason = reason;
    this.text = text;
  }

  /** The HTTP status; 0 when there is no answer yet. */
  public int status() {
    return status;
  }

  String reason() {
    return reason;
  }

  String text() {
    return text;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

/**
 * Where a {@link StreamConnection} is between the intent to have it and its end.
 *
 * <pre>
 *            first send             connected            handshakes done
 *   PLANNED ------------> CONNECTING ---------> OPENING ----------------> OPEN
 *      |                      |        accepted ---^  |                     |
 *      | another is open      | refused, timeout      | refused, timeout    | end of stream, error, limit, idle
 *      v                      v                       v                     v
 *    JOINED                 CLOSED <--------- [[ENDING], LINGERING] <-------+
 * </pre>
 *
 * ENDING writes what waits, for a peer that is owed a last word, and delivers nothing more.
 * LINGERING waits until the peer has heard it: a socket that is closed with bytes unread is reset,
 * and the last word is lost (RFC 1122 §4.2.2.13).
 */
enum StreamState {
  PLANNED,
  CONNECTING,
  OPENING,
  OPEN,
  ENDING,
  LINGERING,
  JOINED,
  CLOSED
}

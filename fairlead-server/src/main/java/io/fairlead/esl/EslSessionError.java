// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

/** Why there is no session. Immutable. */
public enum EslSessionError {
  /** Nobody answers there. */
  UNREACHABLE,
  /** The password is wrong. */
  WRONG_PASSWORD,
  /** The event socket's access list does not let us in ({@code text/rude-rejection}). */
  NOT_ALLOWED,
  /** Something answers, but it is not an event socket. */
  NOT_FREESWITCH,
  /** What came breaks the protocol or a bound. */
  MALFORMED,
  /** It said goodbye ({@code text/disconnect-notice}) or closed the connection. */
  CLOSED,
  /** It answers nothing more. */
  SILENT
}

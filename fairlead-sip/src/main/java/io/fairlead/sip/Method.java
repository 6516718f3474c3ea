// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

/** The request methods the proxy knows by name (RFC 3261 §7.1 and its extensions). Immutable. */
public enum Method {
  INVITE,
  ACK,
  BYE,
  CANCEL,
  OPTIONS,
  REGISTER,
  PRACK,
  UPDATE,
  INFO,
  MESSAGE,
  SUBSCRIBE,
  NOTIFY,
  REFER,
  PUBLISH,
  /** Any other token; its text is {@link SipRequest#methodText()}. */
  OTHER
}

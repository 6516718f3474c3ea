// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

/** How a request is handed on to the pool. Immutable. */
public enum Mode {
  /** Stateful: transactions, failover, a place in the dialog (RFC 3261 §16). */
  PROXY,
  /** Forwarded without memory of it (RFC 3261 §16.11). */
  STATELESS,
  /** Answered 302 with the address of the backend that was picked (RFC 3261 §8.3). */
  REDIRECT
}

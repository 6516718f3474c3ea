// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.edge;

/** What becomes of a message that comes from a side where messages are changed. Immutable. */
public enum Arrival {
  /** It goes on as it is. */
  UNCHANGED,
  /** It goes on as {@link NetworkEdge#read} has it. */
  CHANGED,
  /** It cannot be read: what is answered leaves as it is. */
  UNREADABLE,
  /** It says something that claims to be sealed by us and is not. */
  FORGED,
  /** It asks for privacy that nobody here can give, and rather for none at all. */
  NO_PRIVACY
}

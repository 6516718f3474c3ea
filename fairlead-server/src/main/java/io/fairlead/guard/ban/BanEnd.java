// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

/** Why a ban is over. Immutable. */
public enum BanEnd {
  /** Its time has passed. */
  EXPIRED,
  /** An operator wants it so, by an order or since the source is allowed now. */
  LIFTED,
  /** The blocklist no longer has it. */
  UNLISTED,
  /** An operator of another node has lifted it. */
  ELSEWHERE,
  /** Others need its place. */
  CROWDED,
  /** An operator wants no bans any more on this node. */
  OFF
}

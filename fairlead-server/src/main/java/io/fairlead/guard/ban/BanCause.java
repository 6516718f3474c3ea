// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

/** Who had a source banned. Immutable. */
public enum BanCause {
  /** Its own offences. */
  POINTS,
  /** An operator. */
  OPERATOR,
  /** A blocklist. */
  BLOCKLIST,
  /** Another node of the cluster. */
  CLUSTER
}

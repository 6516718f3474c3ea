// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban.list;

/** How a blocklist is written. Immutable. */
public enum BlocklistFormat {
  /** An address or network a line; what follows {@code #} or {@code ;} is a comment. */
  PLAIN,
  /** JSON in pages, as APIBAN gives it. */
  APIBAN
}

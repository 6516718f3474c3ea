// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

/** Who is banned. Asked by any loop for each message; never blocks, allocates nothing. */
@FunctionalInterface
public interface BannedSources {
  /** Nobody is. */
  BannedSources NONE = source -> false;

  /**
   * Whether a source is banned.
   *
   * @param source as {@link io.fairlead.net.SourceKey} makes it
   */
  boolean isBanned(long source);
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

/**
 * Has what a source sends by UDP dropped before it comes to us, for a short time. Told by any loop;
 * never blocks, allocates nothing.
 */
@FunctionalInterface
public interface SourceMuting {
  /** Everything comes to us. */
  SourceMuting NONE = (source, ms) -> false;

  /**
   * A source is over its budget, and we drop too much ourselves.
   *
   * @param source as {@link io.fairlead.net.SourceKey} makes it
   * @param ms for how long, in milliseconds
   * @return false when that cannot be had
   */
  boolean mute(long source, int ms);
}

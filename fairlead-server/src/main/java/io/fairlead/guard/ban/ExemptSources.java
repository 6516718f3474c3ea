// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

/** Sources that are never banned, whatever comes from there. Any thread; never blocks. */
public interface ExemptSources {
  /** None. */
  ExemptSources NONE = key -> false;

  /**
   * Whether it is one.
   *
   * @param key see {@link io.fairlead.net.SourceKey}
   */
  boolean isExempt(long key);
}

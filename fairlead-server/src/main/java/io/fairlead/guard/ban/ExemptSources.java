// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

/** Sources that are not banned for what comes from there. Any thread; never blocks. */
public interface ExemptSources {
  /** None. */
  ExemptSources NONE = key -> false;

  /**
   * Whether it is one.
   *
   * @param key see {@link io.fairlead.net.SourceKey}
   */
  boolean isExempt(long key);

  /**
   * Whether it is one even where users and passwords are guessed: a call that was answered there
   * does not prove that.
   *
   * @param key see {@link io.fairlead.net.SourceKey}
   */
  default boolean mayGuess(long key) {
    return isExempt(key);
  }
}

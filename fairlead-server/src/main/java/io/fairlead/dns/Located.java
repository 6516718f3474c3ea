// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

/** What is known of the place a URI means. Immutable. */
public sealed interface Located {
  /**
   * It is known.
   *
   * @param target the place
   */
  record Found(Target target) implements Located {}

  /**
   * It cannot be known.
   *
   * @param why in words, for the log: {@code no address for gw.example.com}
   */
  record Failed(String why) implements Located {}

  /** It must be looked up first. */
  record Pending() implements Located {
    /** The only one needed. */
    public static final Pending PENDING = new Pending();
  }
}

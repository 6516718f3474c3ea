// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import java.util.List;

/** What is known of the place a URI means. Immutable. */
public sealed interface LocateResult {
  /**
   * It is known.
   *
   * @param targets where to send, best first; the next is for when one fails (RFC 3263 §4.3); never
   *     empty
   */
  record Found(List<NextHop> targets) implements LocateResult {
    public Found {
      targets = List.copyOf(targets);
    }

    /** One place only. */
    public Found(NextHop target) {
      this(List.of(target));
    }

    /** The best. */
    public NextHop target() {
      return targets.getFirst();
    }
  }

  /**
   * It cannot be known.
   *
   * @param why in words, for the log: {@code no address for gw.example.com}
   */
  record Failed(String why) implements LocateResult {}

  /** It must be looked up first. */
  record Pending() implements LocateResult {
    /** The only one needed. */
    public static final Pending PENDING = new Pending();
  }
}

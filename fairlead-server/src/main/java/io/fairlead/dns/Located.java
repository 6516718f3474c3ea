// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import java.util.List;

/** What is known of the place a URI means. Immutable. */
public sealed interface Located {
  /**
   * It is known.
   *
   * @param targets where to send, best first; the next is for when one fails (RFC 3263 §4.3); never
   *     empty
   */
  record Found(List<Target> targets) implements Located {
    public Found {
      targets = List.copyOf(targets);
    }

    /** One place only. */
    public Found(Target target) {
      this(List.of(target));
    }

    /** The best. */
    public Target target() {
      return targets.getFirst();
    }
  }

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

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import org.jspecify.annotations.Nullable;

/**
 * What happens when in the media demo: a hold and its end, a stranger who comes and gives up, a
 * phone whose NAT gives it another port. With a length once, in sevenths of it, the last two for
 * the phone to be found again; without one for ever. Owned by one thread.
 */
final class MediaScript {
  /** One act. */
  enum Act {
    HOLD,
    RESUME,
    INTRUDE,
    GIVE_UP,
    MOVE
  }

  private static final Act[] ACTS = Act.values();
  private static final int ENDLESS_PART = 5;

  private final int seconds;
  private final double part;
  private int acts;

  /**
   * @param seconds length, or 0 for endless
   */
  MediaScript(int seconds) {
    this.seconds = seconds;
    part = seconds == 0 ? ENDLESS_PART : seconds / (ACTS.length + 2.0);
  }

  /** True when the time is over. */
  boolean over(long now) {
    return seconds != 0 && now >= seconds;
  }

  /** What is due now, or null; each act once, or with no end in turn. */
  @Nullable Act next(long now) {
    if (now < (acts + 1) * part || seconds != 0 && acts == ACTS.length) {
      return null;
    }
    return ACTS[acts++ % ACTS.length];
  }
}

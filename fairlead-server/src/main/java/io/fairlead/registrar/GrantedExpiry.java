// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import java.util.random.RandomGenerator;

/** How long is granted for what is asked (RFC 3261 §10.3 step 7). Owned by one loop. */
final class GrantedExpiry {
  /** What a device asks for, and a minute is no load: an hour is never too brief. */
  private static final long NEVER_BRIEF = 3600;

  private final long min;
  private final long usual;
  private final long max;
  private final double spread;
  private final RandomGenerator random;

  GrantedExpiry(ExpiresSettings settings, RandomGenerator random) {
    this.min = settings.min().toSeconds();
    this.usual = settings.usual().toSeconds();
    this.max = settings.max().toSeconds();
    this.spread = settings.spread().fraction();
    this.random = random;
  }

  /** The shortest that is accepted, in seconds. */
  long min() {
    return min;
  }

  /** True when so many seconds are too few: 423. */
  boolean tooBrief(long asked) {
    return asked > 0 && asked < min && asked < NEVER_BRIEF;
  }

  /**
   * Seconds granted, 0 to remove.
   *
   * @param asked seconds, -1 when nothing was
   */
  long granted(long asked) {
    if (asked == 0) {
      return 0;
    }
    long most = Math.min(asked < 0 ? usual : asked, max);
    long least = Math.min(min, most);
    long less = (long) (most * spread * random.nextDouble());
    return Math.max(least, most - less);
  }
}

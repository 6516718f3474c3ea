// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

import io.fairlead.config.NameSpelling;
import io.fairlead.guard.Offence;

/**
 * What a source has against it: points, which halve with time, what they are for, and earlier bans.
 * Owned by the home loop.
 */
final class ScoredSource {
  private final int[] offences = new int[Offence.values().length];
  private double points;
  private long pointsMs;
  private long firstMs;
  private long bannedUntilMs;
  private int times;
  private long sparedMs;

  ScoredSource(long nowMs) {
    pointsMs = nowMs;
    firstMs = nowMs;
  }

  /** Its points now. */
  double points(long nowMs, long decayMs) {
    long past = Math.max(0, nowMs - pointsMs);
    return past == 0 ? points : points * Math.pow(0.5, (double) past / decayMs);
  }

  // Rounded up: what fades between two offences of a moment is not to save anybody.
  static int whole(double points) {
    return (int) Math.ceil(points - 1e-9);
  }

  /** It did wrong; its points now. */
  int add(Offence offence, int cost, long nowMs, long decayMs) {
    if (points(nowMs, decayMs) < 1) {
      java.util.Arrays.fill(offences, 0);
      firstMs = nowMs;
    }
    points = points(nowMs, decayMs) + cost;
    pointsMs = nowMs;
    offences[offence.ordinal()]++;
    return whole(points);
  }

  /** It did right. */
  void forgive(int less, long nowMs, long decayMs) {
    points = Math.max(0, points(nowMs, decayMs) - less);
    pointsMs = nowMs;
  }

  /** Not more than that. */
  void cap(double most) {
    points = Math.min(points, most);
  }

  /** It is to be banned: which ban of it this is. */
  int next(long nowMs, long forgetMs) {
    times = bannedUntilMs + forgetMs < nowMs ? 1 : times + 1;
    return times;
  }

  /** It is banned; its points are spent. */
  void banned(int which, long untilMs) {
    times = which;
    bannedUntilMs = untilMs;
    points = 0;
  }

  /** Whether it is time to say again that it is spared. */
  boolean saySpared(long nowMs, long pauseMs) {
    if (sparedMs != 0 && nowMs - sparedMs < pauseMs) {
      return false;
    }
    sparedMs = nowMs;
    return true;
  }

  int times() {
    return times;
  }

  long bannedUntilMs() {
    return bannedUntilMs;
  }

  long firstMs() {
    return firstMs;
  }

  /** {@code wrong-password 19, scanner 1}; empty for nothing. */
  String why() {
    StringBuilder text = new StringBuilder();
    for (Offence each : Offence.values()) {
      if (offences[each.ordinal()] > 0) {
        text.append(text.isEmpty() ? "" : ", ")
            .append(NameSpelling.dashed(each.name()))
            .append(' ')
            .append(offences[each.ordinal()]);
      }
    }
    return text.toString();
  }
}

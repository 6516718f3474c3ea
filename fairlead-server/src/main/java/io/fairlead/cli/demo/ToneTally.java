// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import io.fairlead.cli.demo.tone.TonePhone;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many calls there were and which phones heard whom. Written by caller and callee, read by the
 * display; guarded by itself.
 */
final class ToneTally {
  /** Longer than a relay needs to learn a phone's new port, when it has waited out the old one. */
  static final long LONGEST_GAP_MS = 6000;

  /** A call that was ended sooner, since the demo was, says nothing. */
  private static final long SHORTEST_MS = 2000;

  /**
   * All of it.
   *
   * @param placed calls begun
   * @param answered of these, answered
   * @param failed of these, refused, never answered or ended by somebody else
   * @param phones that have finished a call and were listened to
   * @param heard of these, those who heard the other all the time
   * @param strangers of these, those who heard a stranger
   * @param gapMs the longest time for which a phone of a usual call heard nothing
   * @param movedGapMs the same where a NAT had given a phone another port
   * @param reasons what failed, with counts
   */
  record Total(
      long placed,
      long answered,
      long failed,
      long phones,
      long heard,
      long strangers,
      long gapMs,
      long movedGapMs,
      Map<String, Long> reasons) {
    /** Whether all is as it should be. */
    boolean good() {
      return answered > 0 && failed == 0 && phones > 0 && heard == phones && strangers == 0;
    }
  }

  private final Map<String, Long> reasons = new TreeMap<>();
  private long placed;
  private long answered;
  private long failed;
  private long phones;
  private long heard;
  private long strangers;
  private long gapMs;
  private long movedGapMs;

  synchronized void placed() {
    placed++;
  }

  synchronized void answered() {
    answered++;
  }

  synchronized void failed(String reason) {
    failed++;
    reasons.merge(reason, 1L, Long::sum);
  }

  /**
   * A phone hangs up.
   *
   * @param name its name, to say who heard nothing
   * @param moved whether a NAT has given it or the other another port meanwhile
   */
  synchronized void hungUp(String name, TonePhone phone, boolean moved) {
    if (phone.listenedMs() < SHORTEST_MS) {
      return;
    }
    phones++;
    long gap = phone.longestGapMs();
    if (moved) {
      movedGapMs = Math.max(movedGapMs, gap);
    } else {
      gapMs = Math.max(gapMs, gap);
    }
    if (phone.heardStranger()) {
      strangers++;
      reasons.merge(name + " heard a stranger", 1L, Long::sum);
    }
    if (phone.hasHeard() && gap < LONGEST_GAP_MS) {
      heard++;
    } else {
      String what = phone.hasHeard() ? "heard nothing for a while" : "heard nothing";
      reasons.merge(name + " " + what, 1L, Long::sum);
    }
  }

  synchronized Total total() {
    return new Total(
        placed,
        answered,
        failed,
        phones,
        heard,
        strangers,
        gapMs,
        movedGapMs,
        new TreeMap<>(reasons));
  }
}

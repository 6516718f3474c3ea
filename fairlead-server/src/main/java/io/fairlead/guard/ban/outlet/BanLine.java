// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban.outlet;

import io.fairlead.config.NameSpelling;
import io.fairlead.guard.ban.Ban;
import io.fairlead.guard.ban.BanCause;
import io.fairlead.net.Cidr;
import org.jspecify.annotations.Nullable;

/** A ban as a line of text with tabs, for a file and for other nodes. Immutable. */
final class BanLine {
  private static final int FIELDS = 7;
  private static final int LONGEST_WHY = 200;
  private static final int MOST_TIMES = 1_000_000;

  private BanLine() {}

  static String write(Ban ban) {
    return String.join(
        "\t",
        ban.text(),
        NameSpelling.dashed(ban.cause().name()),
        plain(ban.why()),
        Integer.toString(ban.points()),
        Long.toString(ban.sinceMs()),
        Long.toString(ban.untilMs()),
        Integer.toString(ban.times()));
  }

  private static String plain(String why) {
    String cut = why.length() > LONGEST_WHY ? why.substring(0, LONGEST_WHY) : why;
    return cut.replaceAll("\\p{Cntrl}", " ");
  }

  /** Reads one; null when it is none. */
  static @Nullable Ban read(String line) {
    String[] field = line.split("\t", -1);
    if (field.length != FIELDS) {
      return null;
    }
    BanCause cause = null;
    for (BanCause each : BanCause.values()) {
      cause = NameSpelling.dashed(each.name()).equals(field[1]) ? each : cause;
    }
    try {
      Cidr network = Ban.whole(Cidr.parse(field[0]));
      int points = Integer.parseInt(field[3]);
      long sinceMs = Long.parseLong(field[4]);
      long untilMs = Long.parseLong(field[5]);
      int times = Integer.parseInt(field[6]);
      boolean sane = times >= 0 && times <= MOST_TIMES && sinceMs >= 0 && untilMs >= 0;
      return cause == null || !sane
          ? null
          : new Ban(network, cause, plain(field[2]), points, sinceMs, untilMs, times);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}

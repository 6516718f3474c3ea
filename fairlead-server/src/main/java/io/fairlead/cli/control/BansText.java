// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.control;

import io.fairlead.admin.JsonObject;
import io.fairlead.cli.Plurals;
import io.fairlead.cli.TextTable;
import java.util.ArrayList;
import java.util.List;

/** Bans as text. */
public final class BansText {
  private BansText() {}

  /** A table of them, and what is left out. */
  public static List<String> list(JsonObject answer, int width) {
    List<String> lines = new ArrayList<>();
    List<JsonObject> bans = answer.each("bans");
    if (!answer.truth("on")) {
      lines.add("nobody is banned: `guard.bans` is off");
    } else if (bans.isEmpty()) {
      lines.add("nobody is banned; kernel: " + answer.text("kernel"));
    } else {
      TextTable table =
          new TextTable("ADDRESS", "CAUSE", ">POINTS", ">FOR", ">LEFT", ">TIMES", "BY", "WHY");
      for (JsonObject ban : bans) {
        table.row(
            ban.text("address"),
            ban.text("cause"),
            ban.number("points", 0),
            HumanFormat.span(ban.number("for-s", 0)),
            HumanFormat.span(ban.number("left-s", 0)),
            ban.number("times", 0),
            ban.text("enforced"),
            ban.text("why"));
      }
      table.lines().forEach(line -> lines.add(HumanFormat.cut(line, width)));
      long total = answer.number("total", 0);
      lines.add(
          Plurals.count(total, "ban")
              + (total > bans.size() ? ", the newest " + bans.size() + " shown" : "")
              + "; kernel: "
              + answer.text("kernel"));
    }
    return lines;
  }

  /** How it stands with one. */
  public static List<String> why(JsonObject answer) {
    List<String> lines = new ArrayList<>();
    String address = answer.text("address");
    if (answer.has("ban")) {
      lines.add(banned(address, answer.fields("ban")));
    } else if (!answer.has("around")) {
      lines.add(address + " is not banned");
    }
    if (answer.has("around")) {
      JsonObject around = answer.fields("around");
      lines.add(banned(around.text("address"), around) + ", and " + address + " is in it");
    }
    lines.add(
        "  points: "
            + answer.number("points", 0)
            + " of "
            + answer.number("threshold", 0)
            + (answer.has("offences")
                ? " (" + answer.text("offences") + ", since " + answer.text("since") + ")"
                : ""));
    lines.add("  banned before, as far as is remembered: " + times(answer.number("times", 0)));
    if (answer.has("exempt")) {
      lines.add("  never banned by points or lists: " + answer.text("exempt"));
    }
    return lines;
  }

  private static String times(long times) {
    return times == 0 ? "never" : times == 1 ? "once" : times + " times";
  }

  private static String banned(String address, JsonObject ban) {
    String why =
        switch (ban.text("cause")) {
          case "points" -> "for " + ban.text("why") + " (" + ban.number("points", 0) + " points)";
          case "operator" -> "by an operator";
          case "blocklist" -> "by the blocklist " + ban.text("why");
          case "cluster" -> "by another node, for " + ban.text("why");
          default -> "by " + ban.text("cause");
        };
    return address
        + " is banned "
        + why
        + " since "
        + ban.text("since")
        + ", for another "
        + HumanFormat.span(ban.number("left-s", 0))
        + ", in the "
        + ban.text("enforced");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.control;

import io.fairlead.admin.JsonObject;
import io.fairlead.cli.Plurals;
import io.fairlead.cli.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The limits of the guard as text: what each says and has done, and its largest holders. */
public final class LimitText {
  private LimitText() {}

  /** All of them. */
  public static List<String> lines(JsonObject answer, int width) {
    List<String> lines = new ArrayList<>();
    List<JsonObject> limits = answer.each("limits");
    if (limits.isEmpty()) {
      lines.add("no limits: the configuration has none under guard.limits");
    }
    for (JsonObject limit : limits) {
      if (!lines.isEmpty()) {
        lines.add("");
      }
      lines.addAll(HumanFormat.wrapped(says(limit), width, "  "));
      lines.add(HumanFormat.cut("  " + did(limit), width));
      lines.addAll(holders(limit, width));
    }
    return lines;
  }

  private static String says(JsonObject limit) {
    StringBuilder text = new StringBuilder(limit.text("name")).append(": by ");
    text.append(limit.list("key").stream().map(String::valueOf).collect(Collectors.joining(", ")));
    for (String name : List.of("max-calls", "max-cps")) {
      if (limit.has(name)) {
        text.append("; ").append(name).append(' ').append(limit.number(name, 0));
      }
    }
    for (String name : List.of("rate", "new-destinations", "max-minutes")) {
      if (limit.has(name)) {
        text.append("; ").append(name).append(' ').append(limit.text(name));
      }
    }
    text.append("; scope ").append(limit.text("scope"));
    return text.append(limit.text("over").equals("alarm") ? "; only tells of it" : "").toString();
  }

  private static String did(JsonObject limit) {
    StringBuilder text = new StringBuilder();
    text.append(Plurals.count(limit.number("keys", 0), "key")).append(", ");
    text.append(Plurals.count(limit.number("calls", 0), "call")).append(" here, ");
    text.append(limit.number("refused", 0)).append(" refused");
    if (limit.number("alarms", 0) > 0) {
      text.append(", ").append(Plurals.count(limit.number("alarms", 0), "alarm"));
    }
    if (limit.number("unkept", 0) > 0) {
      text.append(", ").append(limit.number("unkept", 0)).append(" passed uncounted (max-keys)");
    }
    return text.toString();
  }

  private static List<String> holders(JsonObject limit, int width) {
    List<JsonObject> holders = limit.each("holders");
    if (holders.isEmpty()) {
      return List.of();
    }
    TextTable table = new TextTable("KEY", ">CALLS", ">REFUSED", ">LAST");
    for (JsonObject each : holders) {
      table.row(
          HumanFormat.cut(each.text("key"), 40),
          each.number("calls", 0),
          each.number("refused", 0),
          each.has("refused-ago-s")
              ? HumanFormat.age(each.number("refused-ago-s", 0)) + " ago"
              : "");
    }
    return table.lines().stream().map(line -> HumanFormat.cut("  " + line, width)).toList();
  }
}

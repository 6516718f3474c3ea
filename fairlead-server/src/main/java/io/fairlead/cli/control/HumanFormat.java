// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.control;

import io.fairlead.admin.JsonObject;
import io.fairlead.cli.Plurals;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Numbers and times as people read them. Immutable. */
final class HumanFormat {
  private static final long MINUTE = 60;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private HumanFormat() {}

  /** {@code 42s}, {@code 12m}, {@code 3h}, {@code 4d}. */
  static String age(long seconds) {
    if (seconds < MINUTE) {
      return seconds + "s";
    }
    if (seconds < HOUR) {
      return seconds / MINUTE + "m";
    }
    return seconds < DAY ? seconds / HOUR + "h" : seconds / DAY + "d";
  }

  /** {@code 42s}, {@code 1m30s}, {@code 1h12m}, {@code 4d3h}. */
  static String span(long seconds) {
    if (seconds < MINUTE) {
      return seconds + "s";
    }
    if (seconds < HOUR) {
      return two(seconds, MINUTE, "m", 1, "s");
    }
    return seconds < DAY ? two(seconds, HOUR, "h", MINUTE, "m") : two(seconds, DAY, "d", HOUR, "h");
  }

  private static String two(long seconds, long unit, String name, long small, String smallName) {
    long rest = seconds % unit / small;
    return seconds / unit + name + (rest == 0 ? "" : rest + smallName);
  }

  /** {@code 0}, {@code 3.2}, {@code 120}. */
  static String rate(double perSecond) {
    if (perSecond < 0.05) {
      return "0";
    }
    return String.format(Locale.ROOT, perSecond < 10 ? "%.1f" : "%.0f", perSecond);
  }

  /** {@code 0.3ms}, {@code 12ms}, {@code 1.2s}. */
  static String millis(double ms) {
    if (ms >= 1000) {
      return String.format(Locale.ROOT, "%.1fs", ms / 1000);
    }
    return String.format(Locale.ROOT, ms < 10 ? "%.1fms" : "%.0fms", ms);
  }

  /** {@code 12%}. */
  static String percent(double share) {
    return Math.round(share * 100) + "%";
  }

  /** Cut to the width, with a mark that it was. */
  static String cut(String text, int width) {
    return text.length() <= width ? text : text.substring(0, Math.max(0, width - 2)) + "..";
  }

  /** In lines of at most the width; all but the first are indented. */
  static List<String> wrapped(String text, int width, String indent) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ")) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
        line.append(indent).append(word);
      } else {
        line.append(line.isEmpty() ? "" : " ").append(word);
      }
    }
    lines.add(line.toString());
    return lines;
  }

  /** What is wrong with a backend's event socket; empty when nothing is, or it has none. */
  static String eventSocket(String name, JsonObject backend) {
    if (!backend.has("esl")) {
      return "";
    }
    if (!backend.text("esl").equals("connected")) {
      String since = span(backend.number("esl-for-s", 0));
      return name + ": no event socket for " + since + ": " + backend.text("esl");
    }
    return backend.truth("stale")
        ? name + ": no heartbeats any more; what Fairlead counts itself is its load"
        : "";
  }

  /** How far a backend's drain has come, in one sentence. */
  static String drain(String name, JsonObject drain) {
    long left = drain.number("left", 0);
    long began = drain.number("started-with", 0);
    String since = span(drain.number("for-s", 0));
    if (drain.text("phase").equals("drained")) {
      String late = left == 0 ? "" : ", " + Plurals.count(left, "call") + " since";
      return name + " is drained: all calls have ended, ordered " + since + " ago" + late;
    }
    StringBuilder text = new StringBuilder(name);
    text.append(
        drain.text("phase").equals("overdue") ? " is overdue, drained for " : " drains for ");
    text.append(since)
        .append(": ")
        .append(left)
        .append(" of ")
        .append(Plurals.count(began, "call"));
    text.append(" left, longest ").append(span(drain.number("longest-s", 0)));
    text.append(
        drain.has("last-ends-in-s")
            ? ", last ends in about " + span(drain.number("last-ends-in-s", 0))
            : ", end unknown");
    return text.append(end(drain)).toString();
  }

  private static String end(JsonObject drain) {
    boolean maintenance = drain.text("then").equals("maintenance");
    if (drain.text("phase").equals("overdue")) {
      return drain.text("calls").equals("bye") ? "; they are being ended" : "";
    }
    if (!drain.has("deadline-in-s")) {
      return maintenance ? "; then maintenance" : "";
    }
    String bye = drain.text("calls").equals("bye") ? ", then its calls are ended" : "";
    return "; deadline in "
        + span(drain.number("deadline-in-s", 0))
        + bye
        + (maintenance ? (bye.isEmpty() ? ", then maintenance" : ", and maintenance") : "");
  }
}

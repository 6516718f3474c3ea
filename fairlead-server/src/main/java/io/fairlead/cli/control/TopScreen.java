// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.control;

import io.fairlead.admin.JsonObject;
import io.fairlead.cli.Plurals;
import io.fairlead.cli.Terminal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code fairlead top} shows, as lines that fit the terminal. Immutable. */
final class TopScreen {
  private static final int FEWEST_ROWS = 8;
  private static final String BOLD = "\033[1m";
  private static final String REVERSED = "\033[7m";
  private static final String PLAIN = "\033[0m";
  private static final Comparator<JsonObject> BY_LOAD =
      Comparator.<JsonObject>comparingLong(backend -> -backend.number("calls", 0))
          .thenComparingDouble(backend -> -backend.decimal("calls-per-second", 0))
          .thenComparing(backend -> backend.text("path"));

  private final Terminal.Size size;
  private final boolean colours;

  TopScreen(Terminal.Size size, boolean colours) {
    this.size = size;
    this.colours = colours;
  }

  /**
   * The lines, no more than there are rows.
   *
   * @param lost why there is no newer status; empty when there is
   */
  List<String> lines(JsonObject status, String lost) {
    int width = size.columns() - 1;
    List<JsonObject> backends =
        status.each("pools").stream()
            .flatMap(pool -> pool.each("backends").stream())
            .sorted(BY_LOAD)
            .toList();
    List<String> lines = new ArrayList<>();
    lines.add(bold(HumanFormat.cut(StatusText.who(status), width)));
    lines.add(HumanFormat.cut(StatusText.numbers(status), width));
    lines.add(HumanFormat.cut(states(backends, status), width));
    lines.add("");
    List<String> notes = notes(backends, width);
    List<String> table = new BackendTable(width, colours).lines(backends, "path");
    int room = Math.max(2, size.rows() - lines.size() - 1);
    int forNotes = room < FEWEST_ROWS ? 0 : Math.min(notes.size(), room / 3);
    int forTable = Math.min(table.size(), room - forNotes - (forNotes == 0 ? 0 : 1));
    lines.addAll(fitting(table, forTable, "... %d more backends"));
    if (forNotes > 0) {
      lines.add("");
      lines.addAll(fitting(notes, forNotes, "... %d more lines"));
    }
    while (lines.size() < size.rows() - 1) {
      lines.add("");
    }
    String foot = lost.isEmpty() ? "q quits" : lost + "  (q quits)";
    List<String> shown = new ArrayList<>(lines.subList(0, Math.max(0, size.rows() - 1)));
    shown.add(
        lost.isEmpty() ? HumanFormat.cut(foot, width) : reversed(HumanFormat.cut(foot, width)));
    return shown;
  }

  private static List<String> fitting(List<String> lines, int rows, String rest) {
    if (lines.size() <= rows) {
      return lines;
    }
    int shown = Math.max(0, rows - 1);
    List<String> fitting = new ArrayList<>(lines.subList(0, shown));
    fitting.add(rest.formatted(lines.size() - shown));
    return fitting;
  }

  // What needs a sentence: drains, and event sockets with which something is wrong.
  private static List<String> notes(List<JsonObject> backends, int width) {
    return backends.stream()
        .flatMap(TopScreen::notes)
        .flatMap(line -> HumanFormat.wrapped(line, width, "  ").stream())
        .toList();
  }

  private static Stream<String> notes(JsonObject backend) {
    String path = backend.text("path");
    String drain = backend.has("drain") ? HumanFormat.drain(path, backend.fields("drain")) : "";
    return Stream.of(drain, HumanFormat.eventSocket(path, backend)).filter(note -> !note.isEmpty());
  }

  private static String states(List<JsonObject> backends, JsonObject status) {
    String counts =
        backends.stream()
            .collect(
                Collectors.groupingBy(
                    backend -> backend.text("state"),
                    java.util.TreeMap::new,
                    Collectors.counting()))
            .entrySet()
            .stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .collect(Collectors.joining(", "));
    long rooms = status.each("pools").stream().mapToLong(pool -> pool.number("rooms", 0)).sum();
    String panic =
        status.list("panic").stream().map(String::valueOf).collect(Collectors.joining(", "));
    return (panic.isEmpty() ? "" : "PANIC in " + panic + "; ")
        + Plurals.count(backends.size(), "backend")
        + ": "
        + counts
        + (rooms == 0 ? "" : "; " + Plurals.count(rooms, "room"));
  }

  private String bold(String line) {
    return colours ? BOLD + line + PLAIN : line;
  }

  private String reversed(String line) {
    return colours ? REVERSED + line + PLAIN : line;
  }
}

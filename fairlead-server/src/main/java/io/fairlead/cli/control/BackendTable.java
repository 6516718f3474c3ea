// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.control;

import io.fairlead.admin.JsonObject;
import io.fairlead.cli.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Backends as a table: columns that say nothing about any of them are left out, the reason gets
 * what the width leaves, and where that is too little, columns that can be spared go. Immutable.
 */
final class BackendTable {
  private static final int SHORTEST_REASON = 18;
  private static final List<String> DISPENSABLE = List.of(">WEIGHT", ">IDLE", ">ANSWER");
  private static final int LONGEST_NAME = 28;
  private static final String BOLD = "\033[1m";
  private static final String GREEN = "\033[32m";
  private static final String YELLOW = "\033[33m";
  private static final String RED = "\033[31m";
  private static final String CYAN = "\033[36m";
  private static final String PLAIN = "\033[0m";

  /**
   * A column.
   *
   * @param head its name
   * @param cell what stands in it; empty for nothing
   */
  private record Column(String head, Function<JsonObject, String> cell) {}

  private final int width;
  private final boolean colours;

  BackendTable(int width, boolean colours) {
    this.width = width;
    this.colours = colours;
  }

  /** Head and rows. */
  List<String> lines(List<JsonObject> backends, String nameField) {
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("BACKEND", b -> HumanFormat.cut(b.text(nameField), LONGEST_NAME)));
    columns.add(new Column("STATE", b -> b.text("state")));
    columns.add(new Column(">FOR", b -> HumanFormat.age(b.number("for-s", 0))));
    boolean weights =
        backends.stream().map(BackendTable::weight).distinct().count() > 1
            || backends.stream().anyMatch(b -> ramp(b) < 1);
    if (weights) {
      columns.add(new Column(">WEIGHT", BackendTable::weight));
    }
    columns.add(new Column(">CALLS", BackendTable::calls));
    columns.add(new Column(">/S", b -> HumanFormat.rate(b.decimal("calls-per-second", 0))));
    columns.add(new Column(">ANSWER", BackendTable::answer));
    columns.add(new Column(">SESSIONS", BackendTable::sessions));
    columns.add(new Column(">IDLE", BackendTable::idle));
    columns.removeIf(column -> backends.stream().allMatch(b -> column.cell().apply(b).isEmpty()));
    return table(backends, columns);
  }

  private List<String> table(List<JsonObject> backends, List<Column> columns) {
    int left = room(backends, columns);
    for (String head : DISPENSABLE) {
      if (left < SHORTEST_REASON) {
        columns.removeIf(column -> column.head().equals(head));
        left = room(backends, columns);
      }
    }
    int room = Math.max(0, left);
    columns.add(new Column("REASON", b -> HumanFormat.cut(b.text("reason"), room)));
    List<String> lines =
        filled(backends, columns).lines().stream()
            .map(line -> line.length() <= width ? line : line.substring(0, width))
            .toList();
    return colours ? coloured(lines, backends) : lines;
  }

  private int room(List<JsonObject> backends, List<Column> columns) {
    List<String> bare = filled(backends, columns).lines();
    return width - 2 - bare.stream().mapToInt(String::length).max().orElse(0);
  }

  private static TextTable filled(List<JsonObject> backends, List<Column> columns) {
    TextTable table = new TextTable(columns.stream().map(Column::head).toArray(String[]::new));
    for (JsonObject backend : backends) {
      table.row(columns.stream().map(column -> (Object) column.cell().apply(backend)).toArray());
    }
    return table;
  }

  private static List<String> coloured(List<String> lines, List<JsonObject> backends) {
    int at = lines.getFirst().indexOf("STATE");
    List<String> coloured = new ArrayList<>();
    coloured.add(BOLD + lines.getFirst() + PLAIN);
    for (int i = 0; i < backends.size(); i++) {
      String line = lines.get(i + 1);
      String state = backends.get(i).text("state");
      if (at < 0 || line.length() < at + state.length()) {
        coloured.add(line);
        continue;
      }
      coloured.add(
          line.substring(0, at)
              + colour(state)
              + state
              + PLAIN
              + line.substring(at + state.length()));
    }
    return coloured;
  }

  private static String colour(String state) {
    return switch (state) {
      case "healthy" -> GREEN;
      case "degraded", "saturated" -> YELLOW;
      case "draining", "maintenance" -> CYAN;
      default -> RED;
    };
  }

  private static double ramp(JsonObject backend) {
    return backend.decimal("ramp", 1);
  }

  // While it ramps up: what it has now of what it will have.
  private static String weight(JsonObject backend) {
    long weight = backend.number("weight", 0);
    return ramp(backend) < 1 ? HumanFormat.percent(ramp(backend)) + " of " + weight : "" + weight;
  }

  private static String calls(JsonObject backend) {
    return backend.number("calls", 0)
        + (backend.has("max-calls") ? "/" + backend.number("max-calls", 0) : "");
  }

  private static String answer(JsonObject backend) {
    return backend.has("first-answer-ms")
        ? HumanFormat.millis(backend.decimal("first-answer-ms", 0))
        : "";
  }

  private static String sessions(JsonObject backend) {
    return backend.has("sessions")
        ? backend.number("sessions", 0)
            + (backend.has("max-sessions") ? "/" + backend.number("max-sessions", 0) : "")
        : "";
  }

  private static String idle(JsonObject backend) {
    return backend.has("idle-cpu") ? Math.round(backend.decimal("idle-cpu", 0)) + "%" : "";
  }
}

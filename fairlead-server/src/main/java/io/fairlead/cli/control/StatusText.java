// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.control;

import io.fairlead.admin.JsonObject;
import io.fairlead.cli.Plurals;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The status as text. Immutable. */
public final class StatusText {
  private final int width;
  private final boolean colours;

  /**
   * @param width of a line
   * @param colours whether states have theirs
   */
  public StatusText(int width, boolean colours) {
    this.width = width;
    this.colours = colours;
  }

  /** All of it. */
  public List<String> lines(JsonObject status) {
    List<String> lines = new ArrayList<>();
    lines.addAll(HumanFormat.wrapped(who(status), width, "  "));
    String listeners =
        status.list("listeners").stream().map(String::valueOf).collect(Collectors.joining(", "));
    lines.addAll(HumanFormat.wrapped(listeners, width, "  "));
    lines.addAll(HumanFormat.wrapped(numbers(status), width, "  "));
    for (JsonObject pool : status.each("pools")) {
      lines.add("");
      lines.addAll(HumanFormat.wrapped(pool(pool), width, "  "));
      List<JsonObject> backends = pool.each("backends");
      lines.addAll(new BackendTable(width, colours).lines(backends, "name"));
      for (JsonObject backend : backends) {
        lines.addAll(drain(backend, "name"));
        lines.addAll(eventSocket(backend, "name"));
      }
    }
    List<String> media = MediaTable.lines(status.fields("media"), width);
    if (!media.isEmpty()) {
      lines.add("");
      lines.addAll(media);
    }
    return lines;
  }

  /** Backends and engines alone, as the answer to an order. */
  public List<String> ordered(JsonObject answer) {
    List<JsonObject> backends = answer.each("backends");
    List<String> lines = new ArrayList<>();
    if (!backends.isEmpty()) {
      lines.addAll(new BackendTable(width, colours).lines(backends, "path"));
    }
    for (JsonObject backend : backends) {
      lines.addAll(drain(backend, "path"));
    }
    lines.addAll(MediaTable.engines(answer.each("engines"), width));
    return lines;
  }

  List<String> drain(JsonObject backend, String nameField) {
    return backend.has("drain")
        ? HumanFormat.wrapped(
            HumanFormat.drain(backend.text(nameField), backend.fields("drain")), width, "  ")
        : List.of();
  }

  // Only what is wrong with it.
  private List<String> eventSocket(JsonObject backend, String nameField) {
    String wrong = HumanFormat.eventSocket(backend.text(nameField), backend);
    return wrong.isEmpty() ? List.of() : HumanFormat.wrapped(wrong, width, "  ");
  }

  static String who(JsonObject status) {
    return "fairlead "
        + status.text("fairlead")
        + ", pid "
        + status.number("pid", 0)
        + ", up "
        + HumanFormat.span(status.number("uptime-s", 0))
        + ", "
        + status.text("config");
  }

  static String numbers(JsonObject status) {
    String busy =
        status.list("loops-busy").stream()
            .map(share -> share instanceof Number n ? HumanFormat.percent(n.doubleValue()) : "?")
            .collect(Collectors.joining(" "));
    return Plurals.count(status.number("calls", 0), "call")
        + " ("
        + status.number("calls-setting-up", 0)
        + " being set up), "
        + HumanFormat.rate(status.decimal("calls-per-second", 0))
        + "/s, "
        + Plurals.count(status.number("bindings", 0), "binding")
        + ", loops busy "
        + busy;
  }

  private static String pool(JsonObject pool) {
    List<JsonObject> backends = pool.each("backends");
    long taking = backends.stream().filter(backend -> backend.truth("takes-calls")).count();
    long rooms = pool.number("rooms", 0);
    return "pool "
        + pool.text("name")
        + ": "
        + pool.text("balance")
        + ", "
        + taking
        + " of "
        + Plurals.count(backends.size(), "backend")
        + " taking calls, "
        + Plurals.count(pool.number("calls", 0), "call")
        + (rooms == 0 ? "" : ", " + Plurals.count(rooms, "room"))
        + (pool.truth("panic") ? ", PANIC: too few are healthy" : "");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.control;

import io.fairlead.admin.Fields;
import io.fairlead.cli.Words;
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
  public List<String> lines(Fields status) {
    List<String> lines = new ArrayList<>();
    lines.addAll(Texts.wrapped(who(status), width, "  "));
    String listeners =
        status.list("listeners").stream().map(String::valueOf).collect(Collectors.joining(", "));
    lines.addAll(Texts.wrapped(listeners, width, "  "));
    lines.addAll(Texts.wrapped(numbers(status), width, "  "));
    for (Fields pool : status.each("pools")) {
      lines.add("");
      lines.addAll(Texts.wrapped(pool(pool), width, "  "));
      List<Fields> backends = pool.each("backends");
      lines.addAll(new BackendTable(width, colours).lines(backends, "name"));
      for (Fields backend : backends) {
        lines.addAll(drain(backend, "name"));
        lines.addAll(eventSocket(backend, "name"));
      }
    }
    return lines;
  }

  /** Backends alone, as the answer to an order. */
  public List<String> backends(List<Fields> backends) {
    List<String> lines = new ArrayList<>(new BackendTable(width, colours).lines(backends, "path"));
    for (Fields backend : backends) {
      lines.addAll(drain(backend, "path"));
    }
    return lines;
  }

  List<String> drain(Fields backend, String nameField) {
    return backend.has("drain")
        ? Texts.wrapped(Texts.drain(backend.text(nameField), backend.fields("drain")), width, "  ")
        : List.of();
  }

  // Only what is wrong with it.
  private List<String> eventSocket(Fields backend, String nameField) {
    String wrong = Texts.eventSocket(backend.text(nameField), backend);
    return wrong.isEmpty() ? List.of() : Texts.wrapped(wrong, width, "  ");
  }

  static String who(Fields status) {
    return "fairlead "
        + status.text("fairlead")
        + ", pid "
        + status.number("pid", 0)
        + ", up "
        + Texts.span(status.number("uptime-s", 0))
        + ", "
        + status.text("config");
  }

  static String numbers(Fields status) {
    String busy =
        status.list("loops-busy").stream()
            .map(share -> share instanceof Number n ? Texts.percent(n.doubleValue()) : "?")
            .collect(Collectors.joining(" "));
    return Words.count(status.number("calls", 0), "call")
        + " ("
        + status.number("calls-setting-up", 0)
        + " being set up), "
        + Texts.rate(status.decimal("calls-per-second", 0))
        + "/s, "
        + Words.count(status.number("bindings", 0), "binding")
        + ", loops busy "
        + busy;
  }

  private static String pool(Fields pool) {
    List<Fields> backends = pool.each("backends");
    long taking = backends.stream().filter(backend -> backend.truth("takes-calls")).count();
    long rooms = pool.number("rooms", 0);
    return "pool "
        + pool.text("name")
        + ": "
        + pool.text("balance")
        + ", "
        + taking
        + " of "
        + Words.count(backends.size(), "backend")
        + " taking calls, "
        + Words.count(pool.number("calls", 0), "call")
        + (rooms == 0 ? "" : ", " + Words.count(rooms, "room"))
        + (pool.truth("panic") ? ", PANIC: too few are healthy" : "");
  }
}

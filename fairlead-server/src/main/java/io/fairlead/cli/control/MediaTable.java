// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.control;

import io.fairlead.admin.JsonObject;
import io.fairlead.cli.Plurals;
import io.fairlead.cli.TextTable;
import java.util.ArrayList;
import java.util.List;

/** What relays media as text: a line on all, one for each network's ports, engines as a table. */
final class MediaTable {
  private MediaTable() {}

  /** All of it; nothing where nothing relays. */
  static List<String> lines(JsonObject media, int width) {
    List<String> lines = new ArrayList<>();
    List<JsonObject> engines = media.each("engines");
    boolean relay = media.has("kernel");
    if (!relay && engines.isEmpty()) {
      return lines;
    }
    StringBuilder all = new StringBuilder("media: ");
    if (relay) {
      all.append(Plurals.count(media.number("streams", 0), "stream"));
      long secured = media.number("srtp-sides", 0);
      if (secured > 0) {
        all.append(" (").append(Plurals.count(secured, "side")).append(" with SRTP)");
      }
      all.append(", ").append(media.text("kernel"));
    } else {
      all.append(Plurals.count(engines.size(), "engine"));
    }
    if (media.has("ng-calls")) {
      all.append(", ").append(Plurals.count(media.number("ng-calls", 0), "call")).append(" by ng");
    }
    lines.addAll(HumanFormat.wrapped(all.toString(), width, "  "));
    for (JsonObject ports : media.each("ports")) {
      lines.addAll(HumanFormat.wrapped(ports(ports), width, "  "));
    }
    lines.addAll(engines(engines, width));
    return lines;
  }

  private static String ports(JsonObject ports) {
    String network = ports.text("network");
    return "ports"
        + (network.isEmpty() ? "" : " of " + network)
        + " at "
        + ports.text("address")
        + ": "
        + Plurals.count(ports.number("taken", 0), "pair")
        + " taken, "
        + ports.number("free", 0)
        + " free";
  }

  /** Engines alone; nothing for none. */
  static List<String> engines(List<JsonObject> engines, int width) {
    if (engines.isEmpty()) {
      return List.of();
    }
    TextTable table = new TextTable("ENGINE", "STATE", ">WEIGHT", ">CALLS", ">RTT", "WHAT");
    for (JsonObject engine : engines) {
      table.row(
          engine.text("name"),
          engine.text("state"),
          engine.number("weight", 0),
          engine.number("calls", 0),
          engine.has("round-trip-ms") ? HumanFormat.millis(engine.decimal("round-trip-ms", 0)) : "",
          engine.text("what"));
    }
    return table.lines().stream().map(line -> HumanFormat.cut(line, width)).toList();
  }
}

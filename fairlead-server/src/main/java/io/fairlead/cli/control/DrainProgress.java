// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.control;

import io.fairlead.admin.JsonObject;
import io.fairlead.admin.RefusedException;
import io.fairlead.cli.Terminal;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Waits until backends are drained and shows how far they are. Owned by the main thread. */
public final class DrainProgress {
  private static final long LOOK_MS = 1000;
  private static final int QUIET_LOOKS = 10;

  private final ControlClient client;
  private final PrintWriter out;
  private final boolean redrawn;
  private int drawn;
  private int looks;
  private String printed = "";

  /**
   * @param redrawn in place; else there is a line now and then
   */
  public DrainProgress(ControlClient client, PrintWriter out, boolean redrawn) {
    this.client = client;
    this.out = out;
    this.redrawn = redrawn;
  }

  /**
   * Waits for all.
   *
   * @param paths of the backends
   * @return true when all their calls have ended
   * @throws RefusedException when that cannot be waited for any more
   */
  public boolean await(List<String> paths) throws RefusedException, InterruptedException {
    while (true) {
      Map<String, JsonObject> drains = drains(paths);
      boolean over = drains.values().stream().allMatch(DrainProgress::over);
      show(drains, over);
      if (over) {
        return drains.values().stream().allMatch(drain -> drain.text("phase").equals("drained"));
      }
      Thread.sleep(LOOK_MS);
    }
  }

  private Map<String, JsonObject> drains(List<String> paths) throws RefusedException {
    List<JsonObject> all =
        client.ask("status", Map.of()).each("pools").stream()
            .flatMap(pool -> pool.each("backends").stream())
            .toList();
    Map<String, JsonObject> drains = new LinkedHashMap<>();
    for (String path : paths) {
      JsonObject found =
          all.stream()
              .filter(backend -> backend.text("path").equals(path))
              .findFirst()
              .orElse(null);
      if (found == null) {
        throw new RefusedException(path + " is no longer in the configuration");
      }
      if (!found.has("drain")) {
        throw new RefusedException("the order to drain " + path + " was taken back");
      }
      drains.put(path, found.fields("drain"));
    }
    return drains;
  }

  private static boolean over(JsonObject drain) {
    return switch (drain.text("phase")) {
      case "draining" -> false;
      case "overdue" -> !drain.text("calls").equals("bye");
      default -> true;
    };
  }

  private void show(Map<String, JsonObject> drains, boolean over) {
    List<String> lines = new ArrayList<>();
    int width = redrawn ? Terminal.size().columns() - 1 : Integer.MAX_VALUE;
    drains.forEach(
        (path, drain) -> lines.add(HumanFormat.cut(HumanFormat.drain(path, drain), width)));
    if (redrawn) {
      StringBuilder text = new StringBuilder(drawn == 0 ? "" : "\033[" + drawn + "A\r");
      lines.forEach(line -> text.append(line).append("\033[K\n"));
      drawn = lines.size();
      out.print(text);
      out.flush();
      return;
    }
    String text = String.join("\n", lines);
    if (looks++ % QUIET_LOOKS == 0 && !text.equals(printed) || over) {
      out.println(text);
      printed = text;
    }
  }
}

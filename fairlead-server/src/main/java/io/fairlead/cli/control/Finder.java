// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.control;

import io.fairlead.admin.ControlSettings;
import io.fairlead.admin.Fields;
import io.fairlead.admin.RefusedException;
import io.fairlead.admin.SocketPlaces;
import io.fairlead.server.Plan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the running Fairlead that is meant. Immutable. */
public final class Finder {
  private Finder() {}

  /**
   * The one behind the socket given, or of the configuration given, or of the environment ({@code
   * FAIRLEAD_SOCKET}), or else the only one that runs.
   *
   * @throws RefusedException when there is none, or more than one
   */
  public static Client find(@Nullable Path socket, @Nullable Path config) throws RefusedException {
    if (socket != null) {
      return new Client(socket);
    }
    if (config != null) {
      return configured(config);
    }
    String named = System.getenv("FAIRLEAD_SOCKET");
    if (named != null && !named.isEmpty()) {
      return new Client(Path.of(named));
    }
    List<Path> live = SocketPlaces.ofThisMachine().live();
    return live.size() == 1 ? new Client(live.getFirst()) : only(live, "");
  }

  private static Client configured(Path config) throws RefusedException {
    Plan.Result result = Plan.read(config);
    Plan plan = result.plan();
    if (plan == null) {
      throw new RefusedException(config + " has errors, `fairlead check` lists them");
    }
    ControlSettings control = plan.settings().control();
    if (control == null) {
      throw new RefusedException(config + " says `control: off`, so there is no socket");
    }
    if (control.socket() != null) {
      return new Client(control.socket());
    }
    String wanted = config.toAbsolutePath().normalize().toString();
    List<Path> fitting = new ArrayList<>();
    for (Path live : SocketPlaces.ofThisMachine().live()) {
      if (node(live).text("config").equals(wanted)) {
        fitting.add(live);
      }
    }
    return only(fitting, " with " + config);
  }

  private static Client only(List<Path> found, String how) throws RefusedException {
    if (found.size() == 1) {
      return new Client(found.getFirst());
    }
    if (found.isEmpty()) {
      throw new RefusedException(
          "no Fairlead of this user runs here" + how + "; --socket PATH names another's socket");
    }
    StringBuilder text = new StringBuilder();
    text.append(found.size()).append(" of them run; say which by --socket or FAIRLEAD_SOCKET:");
    for (Path socket : found) {
      text.append("\n  ").append(socket).append("  ").append(node(socket).text("config"));
    }
    throw new RefusedException(text.toString());
  }

  private static Fields node(Path socket) throws RefusedException {
    return new Client(socket).ask("node", Map.of());
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.control;

import io.fairlead.admin.ControlSettings;
import io.fairlead.admin.ControlSocketPaths;
import io.fairlead.admin.RefusedException;
import io.fairlead.server.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the running Fairlead that is meant. Immutable. */
public final class ControlSocketFinder {
  /** Who it is, each that lives says at once. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** One that runs, and the configuration it was started with; empty when it does not say. */
  record Running(Path socket, String config) {}

  private final List<Running> running;
  private final Path folder;

  /**
   * @param running all that run
   * @param folder the current one
   */
  ControlSocketFinder(List<Running> running, Path folder) {
    this.running = running;
    this.folder = folder;
  }

  /**
   * The one behind the socket given, or of the configuration given, or of the environment ({@code
   * FAIRLEAD_SOCKET}), or else the only one that runs, or that runs with a configuration in the
   * current folder.
   *
   * @throws RefusedException when there is none, or more than one
   */
  public static ControlClient find(@Nullable Path socket, @Nullable Path config)
      throws RefusedException {
    if (socket != null) {
      return new ControlClient(socket);
    }
    String named = System.getenv("FAIRLEAD_SOCKET");
    if (config == null && named != null && !named.isEmpty()) {
      return new ControlClient(Path.of(named));
    }
    List<Running> running =
        ControlSocketPaths.ofThisMachine().live().stream()
            .map(ControlSocketFinder::running)
            .toList();
    ControlSocketFinder finder = new ControlSocketFinder(running, Path.of(""));
    return new ControlClient(config == null ? finder.here() : finder.of(config));
  }

  // One that hangs must not hide the others.
  private static Running running(Path socket) {
    try {
      return new Running(
          socket, new ControlClient(socket, PATIENCE).ask("node", Map.of()).text("config"));
    } catch (RefusedException e) {
      return new Running(socket, "");
    }
  }

  /** The socket of the only one, or of the only one with its configuration in this folder. */
  Path here() throws RefusedException {
    if (running.size() == 1) {
      return running.getFirst().socket;
    }
    Path wanted = real(folder);
    List<Running> near =
        running.stream()
            .filter(each -> !each.config.isEmpty())
            .filter(each -> wanted.equals(real(Path.of(each.config)).getParent()))
            .toList();
    return near.isEmpty() ? only(running, "", "") : only(near, "", " in this folder");
  }

  /** The socket of the one with that configuration. */
  Path of(Path config) throws RefusedException {
    Path wanted = real(config);
    List<Running> fitting =
        running.stream()
            .filter(each -> !each.config.isEmpty() && wanted.equals(real(Path.of(each.config))))
            .toList();
    return fitting.isEmpty() ? configured(config) : only(fitting, " with " + config, "");
  }

  // Its socket may be where only the configuration says.
  private Path configured(Path config) throws RefusedException {
    Plan plan = Plan.read(config).plan();
    if (plan == null) {
      throw new RefusedException(config + " has errors, `fairlead check` lists them");
    }
    ControlSettings control = plan.settings().control();
    if (control == null) {
      throw new RefusedException(config + " says `control: off`, so there is no socket");
    }
    return control.socket() != null ? control.socket() : only(List.of(), " with " + config, "");
  }

  private static Path only(List<Running> found, String how, String where) throws RefusedException {
    if (found.size() == 1) {
      return found.getFirst().socket;
    }
    if (found.isEmpty()) {
      throw new RefusedException(
          "no Fairlead of this user runs here" + how + "; --socket PATH names another's socket");
    }
    throw new RefusedException(
        found.size()
            + " of them run"
            + where
            + "; say which, or call it in the folder of its configuration:"
            + String.join("", choices(found)));
  }

  // As they are to be written: by the configuration where that tells them apart.
  private static List<String> choices(List<Running> found) {
    List<String> lines = new ArrayList<>();
    for (Running each : found) {
      long same = found.stream().filter(other -> other.config.equals(each.config)).count();
      if (each.config.isEmpty()) {
        lines.add("\n  --socket " + each.socket + "  (does not answer)");
      } else if (same > 1) {
        lines.add("\n  --socket " + each.socket + "  (" + each.config + ")");
      } else {
        lines.add("\n  --config " + each.config);
      }
    }
    return lines;
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }
}

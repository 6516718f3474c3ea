// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.control;

import io.fairlead.admin.JsonObject;
import io.fairlead.admin.RefusedException;
import io.fairlead.cli.Signals;
import io.fairlead.cli.Terminal;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The live view: redraws at each status that comes and when the terminal changes its size, until
 * the key q or Ctrl-C. Owned by the main thread.
 */
public final class TopLiveView {
  private static final String ENTER = "\033[?1049h\033[?25l";
  private static final String LEAVE = "\033[?25h\033[?1049l";
  private static final String CLEAR_LINE = "\033[K";
  private static final String CLEAR_BELOW = "\033[J";
  private static final long AGAIN_MS = 1000;

  /** What it waits for. */
  private sealed interface Event {
    /** A status came. */
    record Seen(JsonObject status) implements Event {}

    /** There is none at the moment. */
    record Lost(String why) implements Event {}

    /** The terminal has another size. */
    record Resized() implements Event {}

    /** It is to end. */
    record Quit() implements Event {}
  }

  private final ControlClient client;
  private final long intervalMs;
  private final PrintWriter out;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private JsonObject status;
  private String lost = "";

  private TopLiveView(ControlClient client, long intervalMs, PrintWriter out, JsonObject first) {
    this.client = client;
    this.intervalMs = intervalMs;
    this.out = out;
    this.status = first;
  }

  /**
   * Shows it until told to end.
   *
   * @throws RefusedException when there is no status to begin with
   */
  public static void show(ControlClient client, long intervalMs, PrintWriter out)
      throws RefusedException, InterruptedException {
    new TopLiveView(client, intervalMs, out, client.ask("status", Map.of())).run();
  }

  private void run() throws InterruptedException {
    try (RawTerminal terminal = RawTerminal.enter()) {
      Thread restorer = new Thread(() -> leave(terminal), "fl-top-restore");
      Runtime.getRuntime().addShutdownHook(restorer);
      Signals.onStop(() -> events.add(new Event.Quit()));
      Signals.on("WINCH", () -> events.add(new Event.Resized()));
      daemon("fl-top-watch", this::watch);
      daemon("fl-top-keys", () -> terminal.untilKey('q', () -> events.add(new Event.Quit())));
      out.print(ENTER);
      draw();
      follow();
      leave(terminal);
      Runtime.getRuntime().removeShutdownHook(restorer);
    }
  }

  private void follow() throws InterruptedException {
    while (true) {
      switch (events.take()) {
        case Event.Seen seen -> {
          status = seen.status();
          lost = "";
        }
        case Event.Lost why -> lost = why.why();
        case Event.Resized _ -> {}
        case Event.Quit _ -> {
          return;
        }
      }
      draw();
    }
  }

  private static void daemon(String name, Runnable work) {
    Thread.ofPlatform().daemon().name(name).start(work);
  }

  // One who restarts Fairlead keeps the view.
  private void watch() {
    try {
      while (true) {
        try {
          client.watch(intervalMs, status -> events.add(new Event.Seen(status)));
          events.add(new Event.Lost("Fairlead has closed the connection"));
        } catch (RefusedException e) {
          events.add(new Event.Lost(e.why()));
        }
        Thread.sleep(AGAIN_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void draw() {
    List<String> lines = new TopScreen(Terminal.size(), Terminal.colours()).lines(status, lost);
    StringBuilder text = new StringBuilder("\033[H");
    for (int i = 0; i < lines.size(); i++) {
      text.append(i == 0 ? "" : "\r\n").append(lines.get(i)).append(CLEAR_LINE);
    }
    out.print(text.append(CLEAR_BELOW));
    out.flush();
  }

  private void leave(RawTerminal terminal) {
    out.print(LEAVE);
    out.flush();
    terminal.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import io.fairlead.observe.LogSetup;
import io.fairlead.observe.Meters;
import io.fairlead.pool.Pool;
import io.fairlead.server.Fairlead;
import io.fairlead.server.Plan;
import io.fairlead.server.StartException;
import io.fairlead.transport.Listener;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;

/**
 * What {@code fairlead run} does between start and end: one line when ready, then it waits for what
 * others put into its queue: reload, or stop. Owned by the main thread.
 */
final class Running {
  /** What can happen to it. */
  enum Event {
    HANGUP,
    FILE_CHANGED,
    STOP
  }

  private final Path file;
  private final PrintWriter out;
  private final PrintWriter err;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  Running(Path file, PrintWriter out, PrintWriter err) {
    this.file = file;
    this.out = out;
    this.err = err;
  }

  /** From any thread: makes it happen. */
  void post(Event event) {
    events.add(event);
  }

  /** Starts, serves until stopped, and gives the exit code. */
  int run() throws InterruptedException {
    Plan plan = Plans.read(file, err);
    if (plan == null) {
      return Main.FAILED;
    }
    LogSetup.apply(plan.settings().log());
    Fairlead fairlead;
    try {
      fairlead = Fairlead.start(plan, new Meters());
    } catch (StartException e) {
      err.println("fairlead: cannot start: " + e.getMessage());
      return Main.FAILED;
    }
    out.println(ready(fairlead, plan));
    serve(fairlead);
    Duration grace = fairlead.plan().settings().grace();
    out.println(
        "fairlead stopping: no new calls, up to "
            + grace.toSeconds()
            + " s for what is being set up");
    int cut = fairlead.stop(grace);
    out.println(
        "fairlead stopped" + (cut == 0 ? "" : ", " + Words.count(cut, "request") + " cut off"));
    return Main.OK;
  }

  private void serve(Fairlead fairlead) throws InterruptedException {
    for (Event event = events.take(); event != Event.STOP; event = events.take()) {
      reload(fairlead, event == Event.HANGUP ? "SIGHUP" : "file changed");
    }
  }

  private void reload(Fairlead fairlead, String why) {
    Plan plan = Plans.read(file, err);
    if (plan == null) {
      out.println("fairlead reload (" + why + "): refused, nothing was changed");
      return;
    }
    List<String> diff = fairlead.reload(plan);
    LogSetup.apply(plan.settings().log());
    out.println(
        "fairlead reload ("
            + why
            + "): "
            + (diff.isEmpty() ? "no change" : Words.count(diff.size(), "change")));
    diff.forEach(line -> out.println("  " + line));
  }

  /** The line that says it is ready. */
  static String ready(Fairlead fairlead, Plan plan) {
    String listeners =
        fairlead.listeners().stream().map(Running::place).collect(Collectors.joining(", "));
    String pools =
        fairlead.pools().stream()
            .map(pool -> "; pool " + pool.name() + ": " + Words.count(size(pool), "backend"))
            .collect(Collectors.joining());
    return "fairlead "
        + Version.number()
        + " ready: "
        + listeners
        + pools
        + "; "
        + Words.count(plan.settings().routes().size(), "route");
  }

  private static int size(Pool pool) {
    return pool.backends().size();
  }

  private static String place(Listener listener) {
    String host = listener.bound().getAddress().getHostAddress();
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return listener.transport().name() + " " + shown + ":" + listener.bound().getPort();
  }
}

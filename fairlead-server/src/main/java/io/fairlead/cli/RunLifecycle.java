// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import io.fairlead.admin.ControlSettings;
import io.fairlead.admin.ControlSocket;
import io.fairlead.admin.RefusedException;
import io.fairlead.config.ConfigError;
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
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@code fairlead run} does between start and end: one line when ready, then it waits for what
 * others put into its queue: reload, or stop. Owned by the main thread.
 */
final class RunLifecycle {
  /** What can happen to it. */
  enum Event {
    HANGUP,
    FILE_CHANGED,
    ORDERED,
    STOP
  }

  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final Path file;
  private final PrintWriter out;
  private final PrintWriter err;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Queue<CompletableFuture<Outcome>> orders = new ConcurrentLinkedQueue<>();

  /**
   * What came of a reload. Immutable.
   *
   * @param taken whether the file was taken over
   * @param lines what changed, or what is wrong with the file
   */
  private record Outcome(boolean taken, List<String> lines) {}

  RunLifecycle(Path file, PrintWriter out, PrintWriter err) {
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
    Plan plan = ConfigLoader.read(file, err);
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
    try (ControlSocket _ = control(fairlead, plan.settings().control())) {
      out.println(ready(fairlead, plan));
      serve(fairlead);
    }
    Duration grace = fairlead.plan().settings().grace();
    out.println(
        "fairlead stopping: no new calls, up to "
            + grace.toSeconds()
            + " s for what is being set up");
    int cut = fairlead.stop(grace);
    out.println(
        "fairlead stopped" + (cut == 0 ? "" : ", " + Plurals.count(cut, "request") + " cut off"));
    return Main.OK;
  }

  // Calls matter more than control: without it Fairlead runs all the same.
  private @Nullable ControlSocket control(Fairlead fairlead, @Nullable ControlSettings settings) {
    if (settings == null) {
      return null;
    }
    try {
      return ControlSocket.open(settings, fairlead.subject(Version.number(), this::ordered));
    } catch (RefusedException e) {
      err.println("fairlead: there is no control socket: " + e.why());
      return null;
    }
  }

  private List<String> ordered() throws RefusedException {
    CompletableFuture<Outcome> order = new CompletableFuture<>();
    orders.add(order);
    post(Event.ORDERED);
    Outcome outcome;
    try {
      outcome = order.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new RefusedException("the reload has not ended: the log tells what came of it");
    }
    if (!outcome.taken()) {
      throw new RefusedException(
          "nothing was changed, the file has errors:\n" + String.join("\n", outcome.lines()));
    }
    return outcome.lines();
  }

  private void serve(Fairlead fairlead) throws InterruptedException {
    for (Event event = events.take(); event != Event.STOP; event = events.take()) {
      switch (event) {
        case HANGUP -> reload(fairlead, "SIGHUP");
        case FILE_CHANGED -> reload(fairlead, "file changed");
        case ORDERED -> {
          CompletableFuture<Outcome> order = orders.remove();
          order.complete(reload(fairlead, "ordered"));
        }
        case STOP -> {}
      }
    }
  }

  private Outcome reload(Fairlead fairlead, String why) {
    Plan.Result read = ConfigLoader.printed(file, err);
    Plan plan = read.plan();
    if (plan == null) {
      out.println("fairlead reload (" + why + "): refused, nothing was changed");
      return new Outcome(false, read.errors().stream().map(ConfigError::text).toList());
    }
    List<String> diff = fairlead.reload(plan);
    LogSetup.apply(plan.settings().log());
    out.println(
        "fairlead reload ("
            + why
            + "): "
            + (diff.isEmpty() ? "no change" : Plurals.count(diff.size(), "change")));
    diff.forEach(line -> out.println("  " + line));
    return new Outcome(true, diff);
  }

  /** The line that says it is ready. */
  static String ready(Fairlead fairlead, Plan plan) {
    String listeners =
        fairlead.listeners().stream().map(RunLifecycle::place).collect(Collectors.joining(", "));
    String pools =
        fairlead.pools().stream()
            .map(pool -> "; pool " + pool.name() + ": " + Plurals.count(size(pool), "backend"))
            .collect(Collectors.joining());
    return "fairlead "
        + Version.number()
        + " ready: "
        + listeners
        + pools
        + "; "
        + Plurals.count(plan.settings().routes().size(), "route");
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

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import io.fairlead.cli.TextTable;
import io.fairlead.cli.Version;
import io.fairlead.observe.LogSetup;
import io.fairlead.observe.Meters;
import io.fairlead.pool.Backend;
import io.fairlead.server.Fairlead;
import io.fairlead.server.Plan;
import io.fairlead.server.StartException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A real Fairlead on loopback between a caller and three small servers, one of which is killed and
 * brought back. Owned by the main thread.
 */
public final class Demo {
  private static final int SERVERS = 3;
  private static final int TALK_LEAST_MS = 2000;
  private static final long TICK_MS = 250;
  private static final int PLAIN_EVERY_TICKS = 20;
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final int rate;
  private final PrintWriter out;
  private final DemoScript script;
  private final DemoDisplay display;
  private final CallTally tally = new CallTally();
  private final List<DemoServer> servers = new ArrayList<>();
  private final Map<String, String> states = new HashMap<>();
  private final List<String> deaths = new ArrayList<>();
  private long startedNs;

  /**
   * @param seconds how long, or 0 for until stopped
   * @param rate calls per second
   */
  public Demo(int seconds, int rate, PrintWriter out) {
    this.rate = rate;
    this.out = out;
    script = new DemoScript(seconds);
    display = DemoDisplay.onTerminal(out);
  }

  /**
   * Runs until its time is over or the latch is opened.
   *
   * @return true when no call failed
   */
  public boolean run(CountDownLatch stop) throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom();
    for (int i = 1; i <= SERVERS; i++) {
      servers.add(new DemoServer("fs" + i, random.split()));
    }
    try (TempFolder stage = new TempFolder()) {
      return serve(stage.plan(configuration()), stop, random);
    } catch (StartException e) {
      out.println("fairlead: cannot start: " + e.getMessage());
      return false;
    } finally {
      servers.forEach(DemoServer::close);
    }
  }

  private boolean serve(Plan plan, CountDownLatch stop, SplittableRandom random)
      throws IOException, InterruptedException {
    LogSetup.apply(plan.settings().log());
    Fairlead fairlead = Fairlead.start(plan, new Meters());
    startedNs = System.nanoTime();
    InetSocketAddress target = fairlead.listeners().getFirst().bound();
    try (DemoCaller caller =
        new DemoCaller(target, tally, random.split(), TALK_LEAST_MS, n -> callee(n, target))) {
      display.event(
          0,
          "Fairlead listens on "
              + SipSnippets.hostPort(target)
              + ", "
              + rate
              + " calls per second begin");
      caller.start(rate);
      perform(fairlead, caller, stop);
      display.event(
          seconds(), "ending: no new calls, hanging up the " + caller.living() + " living ones");
      caller.finish();
      caller.awaitEnd();
      display.draw(picture(fairlead));
    } finally {
      fairlead.stop(GRACE);
      display.end();
    }
    return DemoSummary.print(out, "server", tally.total(), deaths);
  }

  private static String callee(int number, InetSocketAddress target) {
    return "sip:" + (1000 + number % 1000) + "@" + SipSnippets.hostPort(target);
  }

  private void perform(Fairlead fairlead, DemoCaller caller, CountDownLatch stop)
      throws IOException, InterruptedException {
    for (int tick = 0; !script.over(seconds()); tick++) {
      switch (script.next(seconds())) {
        case DemoScript.Nothing _ -> {}
        case DemoScript.Kill kill -> kill(servers.get(kill.server() % SERVERS), caller);
        case DemoScript.Revive revive -> revive(servers.get(revive.server() % SERVERS), caller);
      }
      watch(fairlead);
      display.draw(picture(fairlead));
      if (!display.live() && tick % PLAIN_EVERY_TICKS == PLAIN_EVERY_TICKS - 1) {
        display.event(seconds(), plain(fairlead));
      }
      if (stop.await(TICK_MS, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private void kill(DemoServer server, DemoCaller caller) {
    server.kill();
    caller.killed(server.name());
    deaths.add(server.name() + " was killed at " + seconds() + " s");
    display.event(
        seconds(),
        "the server " + server.name() + " is killed: its socket is closed, its calls are gone");
  }

  private void revive(DemoServer server, DemoCaller caller) throws IOException {
    server.revive();
    caller.revived(server.name());
    deaths.add(server.name() + " was started again at " + seconds() + " s");
    display.event(seconds(), "the server " + server.name() + " is started again");
  }

  private void watch(Fairlead fairlead) {
    for (Backend backend : backends(fairlead)) {
      var health = backend.health();
      String before = states.put(backend.name(), health.state().name());
      if (before != null && !before.equals(health.state().name())) {
        display.event(
            seconds(),
            "Fairlead: "
                + backend.name()
                + " "
                + before
                + " -> "
                + health.state()
                + " ("
                + health.reason()
                + ")");
      }
    }
  }

  private List<String> picture(Fairlead fairlead) {
    CallTally.Total total = tally.total();
    TextTable table =
        new TextTable(
            "BACKEND",
            "STATE",
            ">CALLS",
            ">ANSWERED",
            ">SHARE",
            ">FAILED",
            ">LOST",
            ">P50",
            ">P95");
    for (Backend backend : backends(fairlead)) {
      CallTally.Row row = tally.row(backend.name());
      table.row(
          backend.name(),
          backend.health().state(),
          backend.load(),
          row.answered(),
          share(row.answered(), total.answered()),
          row.failed(),
          row.lost(),
          row.p50Ms() + " ms",
          row.p95Ms() + " ms");
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "Fairlead "
            + Version.number()
            + " demo, "
            + seconds()
            + " s, "
            + rate
            + " calls/s. Ctrl-C ends it.");
    lines.add("");
    lines.addAll(table.lines());
    lines.add("");
    lines.add(
        "Calls: %d placed, %d answered, %d failed, %d lost with a killed server."
            .formatted(total.placed(), total.answered(), total.failed(), total.lost()));
    lines.add(
        "Set-up time, ringing included: p50 %d ms, p95 %d ms."
            .formatted(total.p50Ms(), total.p95Ms()));
    return lines;
  }

  private String plain(Fairlead fairlead) {
    CallTally.Total total = tally.total();
    StringBuilder line = new StringBuilder();
    line.append(
        "%d placed, %d answered, %d failed, %d lost"
            .formatted(total.placed(), total.answered(), total.failed(), total.lost()));
    for (Backend backend : backends(fairlead)) {
      long answered = tally.row(backend.name()).answered();
      line.append("; ").append(backend.name()).append(' ').append(backend.health().state());
      line.append(' ').append(share(answered, total.answered()));
    }
    return line.toString();
  }

  private static String share(long part, long whole) {
    return whole == 0 ? "-" : String.format(Locale.ROOT, "%d %%", Math.round(100.0 * part / whole));
  }

  private static List<Backend> backends(Fairlead fairlead) {
    return fairlead.pools().getFirst().backends();
  }

  private long seconds() {
    return (System.nanoTime() - startedNs) / 1_000_000_000;
  }

  private String configuration() {
    StringBuilder yaml =
        new StringBuilder(
            """
            listeners:
              - udp://127.0.0.1:0
            pools:
              farm:
                balance: least-calls
                health: { interval: 1s, timeout: 500ms }
                backends:
            """);
    for (DemoServer server : servers) {
      yaml.append("      - { name: ").append(server.name()).append(", uri: \"sip:");
      yaml.append(SipSnippets.hostPort(server.address())).append("\" }\n");
    }
    return yaml.append(
            "routes:\n  - to: farm\nlog: { calls: off, registrations: off, level: error }\n")
        .toString();
  }
}

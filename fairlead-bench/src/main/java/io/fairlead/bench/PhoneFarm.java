// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The program: many phones on few sockets register, then answer what comes with 200, at as little
 * CPU as can be. A line each five seconds, at the end a summary in JSON. SIGTERM ends it in order.
 * Owned by its main thread.
 */
public final class PhoneFarm {
  private static final int REPORT_EVERY_MS = 5000;

  private final FarmSettings settings;
  private final FarmUsers users;
  private final FarmCounts counts = new FarmCounts();
  private final Farm farm;
  private volatile boolean over;
  private int filledMs;
  private int reportedMs = Farm.nowMs();
  private long sentThen;
  private long optionsThen;
  private long optionsWhenFull;

  private PhoneFarm(FarmSettings settings) throws IOException {
    this.settings = settings;
    users = new FarmUsers(settings.users());
    farm = new Farm(settings, users, counts);
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    FarmSettings settings;
    try {
      settings = FarmSettings.of(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    PhoneFarm program = new PhoneFarm(settings);
    Thread main = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> program.end(main)));
    int exit = program.run();
    // Not exit: that would wait for the hook, which waits for this thread.
    Runtime.getRuntime().halt(exit);
  }

  private void end(Thread main) {
    over = true;
    try {
      main.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int run() throws IOException, InterruptedException {
    farm.start();
    while (!over && !isHeldLongEnough()) {
      farm.turn();
      if (Farm.nowMs() - reportedMs >= REPORT_EVERY_MS) {
        report();
      }
      Thread.sleep(1);
    }
    report();
    String summary = summary();
    System.out.println(summary);
    if (!settings.json().isEmpty()) {
      Files.writeString(Path.of(settings.json()), summary + "\n");
    }
    farm.close();
    System.out.flush();
    return bound() == users.count() ? 0 : 1;
  }

  private boolean isHeldLongEnough() {
    if (filledMs == 0) {
      // Looking at each user is for when all were answered, or nearly so.
      if (counts.answered.sum() + counts.refused.sum() < users.count() || !farm.isComplete()) {
        return false;
      }
      filledMs = Farm.nowMs();
      optionsWhenFull = counts.options.sum();
      report();
    }
    return Farm.nowMs() - filledMs >= settings.holdSeconds() * 1000L;
  }

  private void report() {
    int now = Farm.nowMs();
    double seconds = Math.max(now - reportedMs, 1) / 1000.0;
    long sent = counts.sent.sum() + counts.challenged.sum();
    long options = counts.options.sum();
    System.out.printf(
        Locale.ROOT,
        "t=%d filled=%s registered=%d refused=%d resent=%d renewed=%d register/s=%.0f"
            + " options/s=%.0f calls=%d unpinged=%d never-pinged=%d%n",
        now / 1000,
        filledMs > 0 ? "yes" : "no",
        bound(),
        counts.refused.sum(),
        counts.resent.sum(),
        counts.renewed.sum(),
        (sent - sentThen) / seconds,
        (options - optionsThen) / seconds,
        counts.calls.sum(),
        users.quietSince(now - settings.windowSeconds() * 1000),
        users.neverPinged());
    reportedMs = now;
    sentThen = sent;
    optionsThen = options;
  }

  private int bound() {
    return users.in(FarmUsers.REGISTERED) + users.in(FarmUsers.RENEWING);
  }

  private String summary() {
    int now = Farm.nowMs();
    int held = filledMs > 0 ? now - filledMs : 0;
    long options = counts.options.sum();
    Map<String, Object> values = new TreeMap<>();
    values.put("users", users.count());
    values.put("registered", bound());
    values.put("refused", counts.refused.sum());
    values.put("sent", counts.sent.sum());
    values.put("resent", counts.resent.sum());
    values.put("challenged", counts.challenged.sum());
    values.put("renewed", counts.renewed.sum());
    values.put("options", options);
    values.put("options_strangers", counts.strangers.sum());
    values.put("options_per_s", held > 0 ? (options - optionsWhenFull) * 1000 / held : 0);
    values.put("never_pinged", users.neverPinged());
    values.put("unpinged", users.quietSince(now - settings.windowSeconds() * 1000));
    values.put("calls", counts.calls.sum());
    values.put("unreachable", counts.unreachable.sum());
    values.put("fill_s", (filledMs > 0 ? filledMs : now) / 1000.0);
    values.put("cpu_s", cpuSeconds());
    return values.entrySet().stream()
        .map(each -> "\"" + each.getKey() + "\": " + each.getValue())
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static double cpuSeconds() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(cpu -> cpu.toMillis() / 1000.0)
        .orElse(0.0);
  }
}

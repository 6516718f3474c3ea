// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import io.fairlead.cli.Version;
import io.fairlead.cli.demo.tone.ToneLoop;
import io.fairlead.cli.demo.tone.TonePhone;
import io.fairlead.cli.demo.tone.ToneStranger;
import io.fairlead.observe.LogSetup;
import io.fairlead.observe.Meters;
import io.fairlead.server.Fairlead;
import io.fairlead.server.Plan;
import io.fairlead.server.StartException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real Fairlead on loopback that relays the media of phones behind NAT: each says a private
 * address and sends from another, hears the tone of the other, and nobody else's. Owned by the main
 * thread.
 */
public final class MediaDemo {
  /** The lines that something happens to: one each for the hold, the stranger and the move. */
  private static final int ACTORS = 3;

  private static final InetAddress STRANGERS = InetAddress.ofLiteral("127.0.3.1");
  private static final int TALK_LEAST_MS = 5000;
  private static final long TICK_MS = 250;
  private static final int PLAIN_EVERY_TICKS = 20;
  private static final long REGISTER_MS = 5000;
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final PrintWriter out;
  private final MediaScript script;
  private final DemoDisplay display;
  private final ToneTally tally = new ToneTally();
  private final List<ToneLine> lines;
  private final Map<ToneLine, Long> hangUpMs = new HashMap<>();
  private final List<String> acts = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom();
  private final Meters meters = new Meters();
  private @Nullable ToneStranger stranger;
  private long movedMs;
  private boolean allHeard;
  private long startedNs;
  private long packetsBefore;
  private long packetsAtMs;
  private long rate;

  /**
   * @param seconds how long, or 0 for until stopped
   * @param calls at a time, 4 to 100
   */
  public MediaDemo(int seconds, int calls, PrintWriter out) {
    this.out = out;
    script = new MediaScript(seconds);
    display = DemoDisplay.onTerminal(out);
    lines = IntStream.rangeClosed(1, calls).mapToObj(ToneLine::new).toList();
  }

  /**
   * Runs until its time is over or the latch is opened.
   *
   * @return true when every phone heard the other
   */
  public boolean run(CountDownLatch stop) throws IOException, InterruptedException {
    try (TempFolder stage = new TempFolder()) {
      Plan plan = stage.plan(CONFIGURATION);
      LogSetup.apply(plan.settings().log());
      return serve(plan, new RelayFigures(meters, stage.file("calls.log")), stop);
    } catch (StartException e) {
      out.println("fairlead: cannot start: " + e.getMessage());
      return false;
    }
  }

  private boolean serve(Plan plan, RelayFigures figures, CountDownLatch stop)
      throws IOException, InterruptedException {
    Fairlead fairlead = Fairlead.start(plan, meters);
    startedNs = System.nanoTime();
    InetSocketAddress target = fairlead.listeners().getFirst().bound();
    try (ToneLoop tones = new ToneLoop();
        ToneCallee callees = new ToneCallee(target, tones, tally, random.split());
        ToneCaller callers = new ToneCaller(target, tones, tally, random.split())) {
      display.event(
          0,
          "Fairlead listens on %s; %d phones behind NAT register"
              .formatted(SipSnippets.hostPort(target), lines.size()));
      register(callees);
      display.event(
          seconds(), lines.size() + " calls at a time begin; each phone says a tone of its own");
      perform(callers, tones, figures, stop);
      display.event(seconds(), "ending: hanging up the " + callers.living() + " living calls");
      callers.finish();
      display.draw(picture(figures));
    } finally {
      fairlead.stop(GRACE);
      display.end();
    }
    return MediaPicture.summary(out, tally.total(), acts, figures.ended(), figures);
  }

  private void register(ToneCallee callees) throws InterruptedException {
    callees.register(lines);
    long untilNs = System.nanoTime() + REGISTER_MS * 1_000_000;
    while (callees.registered() < lines.size() && System.nanoTime() - untilNs < 0) {
      Thread.sleep(20);
    }
  }

  private void perform(
      ToneCaller callers, ToneLoop tones, RelayFigures figures, CountDownLatch stop)
      throws IOException, InterruptedException {
    for (int tick = 0; !script.over(seconds()); tick++) {
      lines.forEach(line -> keepBusy(line, callers));
      MediaScript.Act act = script.next(seconds());
      if (act != null) {
        act(act, callers, tones);
      }
      watch(figures);
      display.draw(picture(figures));
      if (!display.live() && tick % PLAIN_EVERY_TICKS == PLAIN_EVERY_TICKS - 1) {
        display.event(seconds(), MediaPicture.hearing(lines) + "; " + relay(figures));
      }
      if (stop.await(TICK_MS, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  // The first lines are for the acts: their calls last as long as the demo.
  private void keepBusy(ToneLine line, ToneCaller callers) {
    long nowMs = millis();
    if (line.state() == ToneLine.State.IDLE) {
      hangUpMs.put(line, nowMs + random.nextInt(TALK_LEAST_MS, 2 * TALK_LEAST_MS));
      callers.place(line);
    } else if (line.number() > ACTORS
        && line.state() == ToneLine.State.TALKING
        && nowMs > hangUpMs.getOrDefault(line, nowMs)) {
      hangUpMs.put(line, Long.MAX_VALUE);
      callers.hangUp(line);
    }
  }

  private void act(MediaScript.Act act, ToneCaller callers, ToneLoop tones) throws IOException {
    ToneLine held = lines.get(0);
    ToneLine attacked = lines.get(1);
    ToneLine moving = lines.get(2);
    switch (act) {
      case HOLD -> {
        callers.hold(held);
        note("%s puts %s on hold: %2$s hears the tone, %1$s hears nothing", held);
      }
      case RESUME -> {
        callers.resume(held);
        note("%s takes %s back", held);
      }
      case INTRUDE -> {
        intrude(attacked, tones);
        note("a stranger sends to both ports of the call of %s and %s", attacked);
      }
      case GIVE_UP -> giveUp(tones);
      case MOVE -> {
        moving.move();
        movedMs = millis();
        note("the NAT of %2$s gives it another port, in a call with %1$s", moving);
      }
    }
  }

  private void note(String what, ToneLine line) {
    String text = what.formatted(line.caller(), line.callee());
    acts.add("At %d s %s".formatted(seconds(), text));
    display.event(seconds(), text);
  }

  private void intrude(ToneLine line, ToneLoop tones) throws IOException {
    List<InetSocketAddress> ports =
        Stream.of(line.callerPhone(), line.calleePhone())
            .filter(Objects::nonNull)
            .map(TonePhone::target)
            .filter(Objects::nonNull)
            .toList();
    ToneStranger who = new ToneStranger(STRANGERS, ports);
    stranger = who;
    tones.add(who);
  }

  private void giveUp(ToneLoop tones) {
    ToneStranger who = stranger;
    if (who != null) {
      tones.remove(who);
      stranger = null;
      String text = "the stranger gives up after %d packets".formatted(who.sent());
      acts.add("At %d s %s".formatted(seconds(), text));
      display.event(seconds(), text);
    }
  }

  private void watch(RelayFigures figures) {
    ToneLine moving = lines.get(2);
    TonePhone caller = moving.callerPhone();
    TonePhone callee = moving.calleePhone();
    if (movedMs > 0
        && millis() - movedMs > 1000
        && caller != null
        && callee != null
        && caller.hears()
        && callee.hears()) {
      display.event(
          seconds(),
          String.format(
              Locale.ROOT,
              "%s is found at %s; both hear each other again, %.1f s later",
              moving.callee(),
              callee.seenAs(),
              (millis() - movedMs) / 1000.0));
      movedMs = 0;
    }
    boolean all =
        lines.stream()
            .flatMap(line -> Stream.of(line.callerPhone(), line.calleePhone()))
            .allMatch(phone -> phone != null && phone.hasHeard());
    if (all && !allHeard) {
      allHeard = true;
      display.event(seconds(), "all %d phones hear the other".formatted(2 * lines.size()));
    }
    long nowMs = millis();
    if (nowMs - packetsAtMs >= 1000) {
      long now = figures.packets();
      rate = (now - packetsBefore) * 1000 / (nowMs - packetsAtMs);
      packetsBefore = now;
      packetsAtMs = nowMs;
    }
  }

  private List<String> picture(RelayFigures figures) throws IOException {
    ToneTally.Total total = tally.total();
    List<String> picture = new ArrayList<>();
    picture.add(
        "Fairlead %s demo: media, %d s, %d calls at a time. Ctrl-C ends it."
            .formatted(Version.number(), seconds(), lines.size()));
    picture.add("");
    picture.addAll(MediaPicture.table(lines.subList(0, ACTORS)));
    picture.add("");
    picture.add(
        "Calls: %d placed, %d answered, %d failed. Now %s."
            .formatted(
                total.placed(), total.answered(), total.failed(), MediaPicture.hearing(lines)));
    picture.add("Relay: " + relay(figures) + ".");
    picture.add(MediaPicture.quality("Ended", figures.ended()));
    return picture;
  }

  private String relay(RelayFigures figures) {
    return "%d packets, %d a second; %d of strangers dropped"
        .formatted(figures.packets(), rate, figures.strangers());
  }

  private long seconds() {
    return millis() / 1000;
  }

  private long millis() {
    return (System.nanoTime() - startedNs) / 1_000_000;
  }

  // The kernel forwards nothing between loopback addresses, so here the relay does it itself.
  private static final String CONFIGURATION =
      """
      listeners:
        - udp://127.0.0.1:0
      media:
        relay: { address: 127.0.0.1, kernel: off }
      registrars:
        phones:
          domains: [ demo.example ]
          users: off
      routes:
        - match: { method: REGISTER }
          registrar: phones
        - match: { location: phones }
          to-location: phones
          media: relay
      log: { calls: on, file: calls.log, registrations: off, level: error }
      """;
}

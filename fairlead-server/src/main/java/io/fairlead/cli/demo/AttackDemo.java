// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import io.fairlead.cli.Plurals;
import io.fairlead.cli.TextTable;
import io.fairlead.cli.Version;
import io.fairlead.cli.demo.attack.Attacker;
import io.fairlead.cli.demo.attack.ExtensionScanner;
import io.fairlead.cli.demo.attack.Flooder;
import io.fairlead.cli.demo.attack.PasswordGuesser;
import io.fairlead.cli.demo.attack.PasswordGuesser.Habit;
import io.fairlead.cli.demo.attack.SourceWatch;
import io.fairlead.observe.LogSetup;
import io.fairlead.observe.Meter;
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
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A real Fairlead on loopback, with phones that are called all the time, while a scanner, a cracker
 * and a flooder attack it from addresses of their own. Owned by the main thread.
 */
public final class AttackDemo {
  private static final String DOMAIN = "demo.example";
  private static final int PHONES = 6;
  private static final int AT_HOME = 3;
  private static final int TALK_LEAST_MS = 1000;
  private static final long TICK_MS = 250;
  private static final int PLAIN_EVERY_TICKS = 20;
  private static final long REGISTER_MS = 5000;
  private static final long FIRST_ATTACK_S = 2;
  private static final long NEXT_ATTACK_S = 2;
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final InetAddress HOME = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress OFFICE = InetAddress.ofLiteral("127.0.0.20");

  private final int seconds;
  private final int rate;
  private final PrintWriter out;
  private final DemoDisplay display;
  private final Meters meters = new Meters();
  private final CallTally tally = new CallTally();
  private final List<DemoPhone> phones = new ArrayList<>();
  private final List<Attacker> attackers = new ArrayList<>();
  private final List<SourceWatch> watches = new ArrayList<>();
  private final List<String> passwords = new ArrayList<>();
  private int begun;
  private long startedNs;

  /**
   * @param seconds how long, or 0 for until stopped
   * @param rate calls per second
   */
  public AttackDemo(int seconds, int rate, PrintWriter out) {
    this.seconds = seconds;
    this.rate = rate;
    this.out = out;
    display = DemoDisplay.onTerminal(out);
  }

  /**
   * Runs until its time is over or the latch is opened.
   *
   * @return true when no call failed and nobody was banned who is good
   */
  public boolean run(CountDownLatch stop) throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom();
    try (TempFolder stage = new TempFolder()) {
      StringBuilder users = new StringBuilder();
      // One more for the phone in the office that has it wrong.
      for (int i = 1; i <= PHONES + 1; i++) {
        passwords.add(HexFormat.of().toHexDigits(random.nextLong()));
        users.append("phone" + i + ": \"" + passwords.getLast() + "\"\n");
      }
      stage.write("users.yaml", users.toString());
      return serve(stage.plan(CONFIGURATION), stop, random);
    } catch (StartException e) {
      out.println("fairlead: cannot start: " + e.getMessage());
      return false;
    } finally {
      attackers.forEach(Attacker::close);
      phones.forEach(DemoPhone::close);
    }
  }

  private boolean serve(Plan plan, CountDownLatch stop, SplittableRandom random)
      throws IOException, InterruptedException {
    LogSetup.apply(plan.settings().log());
    Fairlead fairlead = Fairlead.start(plan, meters);
    startedNs = System.nanoTime();
    InetSocketAddress udp = fairlead.listeners().getFirst().bound();
    try {
      plugIn(udp, random);
      display.event(
          0,
          "Fairlead listens on " + SipSnippets.hostPort(udp) + ", " + PHONES + " phones register");
      awaitRegistered();
      recruit(fairlead, random);
      serve(udp, stop, random);
    } finally {
      fairlead.stop(GRACE);
      display.end();
    }
    return summary();
  }

  private void plugIn(InetSocketAddress udp, SplittableRandom random) throws IOException {
    for (int i = 1; i <= PHONES; i++) {
      DemoPhone.Home home = new DemoPhone.Home(i <= AT_HOME ? HOME : OFFICE, DOMAIN, udp);
      DemoPhone phone = new DemoPhone(i, passwords.get(i - 1), home, random.split());
      phone.plugIn();
      phones.add(phone);
    }
  }

  private void awaitRegistered() throws InterruptedException {
    long untilNs = System.nanoTime() + REGISTER_MS * 1_000_000;
    while (!phones.stream().allMatch(DemoPhone::registered)) {
      if (System.nanoTime() - untilNs > 0) {
        throw new IllegalStateException("a phone could not register");
      }
      Thread.sleep(20);
    }
  }

  private void recruit(Fairlead fairlead, SplittableRandom random) {
    InetSocketAddress udp = fairlead.listeners().getFirst().bound();
    InetSocketAddress tcp = fairlead.listeners().getLast().bound();
    Habit mistyped = new Habit("office: 1 phone of 4", false, "phone7", DOMAIN, 300);
    Habit cracker = new Habit("cracker, TCP", true, "phone1", DOMAIN, 250);
    attackers.add(new PasswordGuesser(cracker, address(66), tcp, random.split()));
    attackers.add(new ExtensionScanner(address(67), tcp, DOMAIN, random.split()));
    attackers.add(new PasswordGuesser(mistyped, OFFICE, udp, random.split()));
    attackers.add(new Flooder(address(68), udp, DOMAIN, random.split()));
    attackers.forEach(each -> watches.add(new SourceWatch(fairlead.bans(), each)));
  }

  private static InetAddress address(int last) {
    return InetAddress.ofLiteral("127.0.0." + last);
  }

  private void serve(InetSocketAddress udp, CountDownLatch stop, SplittableRandom random)
      throws IOException, InterruptedException {
    try (DemoCaller caller =
        new DemoCaller(
            udp,
            tally,
            random.split(),
            TALK_LEAST_MS,
            number -> "sip:phone" + (number % PHONES + 1) + "@" + DOMAIN)) {
      display.event(now(), rate + " calls per second to the phones begin");
      caller.start(rate);
      perform(stop);
      display.event(
          now(), "ending: no new calls, hanging up the " + caller.living() + " living ones");
      caller.finish();
      caller.awaitEnd();
      display.draw(picture());
    }
  }

  private void perform(CountDownLatch stop) throws InterruptedException {
    for (int tick = 0; seconds == 0 || now() < seconds; tick++) {
      if (begun < attackers.size() && now() >= FIRST_ATTACK_S + begun * NEXT_ATTACK_S) {
        begin(begun++);
      }
      for (SourceWatch watch : watches) {
        watch.news().ifPresent(news -> display.event(now(), "Fairlead: " + news));
        watch.ask();
      }
      display.draw(picture());
      if (!display.live() && tick % PLAIN_EVERY_TICKS == PLAIN_EVERY_TICKS - 1) {
        display.event(now(), plain());
      }
      if (stop.await(TICK_MS, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private void begin(int number) {
    attackers.get(number).start();
    display.event(
        now(),
        switch (number) {
          case 0 -> "a cracker begins to guess the password of phone1, over TCP";
          case 1 -> "a scanner begins to ask for extensions, over TCP, as friendly-scanner";
          case 2 -> "in the office a phone with a wrong password begins to try it, over UDP";
          default -> "a flooder begins to send 1000 requests per second over UDP";
        });
  }

  private List<String> picture() {
    CallTally.Total total = tally.total();
    List<String> lines = new ArrayList<>();
    lines.add(
        "Fairlead %s demo: under attack, %d s, %d calls/s. Ctrl-C ends it."
            .formatted(Version.number(), now(), rate));
    lines.add("");
    lines.addAll(table().lines());
    lines.add("");
    lines.add(
        "Calls: %d placed, %d answered, %d failed. Set-up p50 %d ms, p95 %d ms."
            .formatted(
                total.placed(), total.answered(), total.failed(), total.p50Ms(), total.p95Ms()));
    lines.add(
        "Dropped unanswered: %d over the budget of their source, %d by the name of a tool, %d banned."
            .formatted(dropped("flood"), dropped("scanner-agent"), dropped("ban")));
    lines.add("");
    lines.add("$ fairlead bans --why ADDRESS");
    watches.stream().map(SourceWatch::why).flatMap(Optional::stream).forEach(lines::add);
    return lines;
  }

  private TextTable table() {
    TextTable table =
        new TextTable("SOURCE", "WHO", ">SENT", ">ANSWERED", ">POINTS, 100 BAN", "STATE");
    table.row(HOME.getHostAddress(), "3 phones, all callers", "-", "-", "", "never counted");
    for (SourceWatch watch : watches) {
      Attacker attacker = watch.attacker();
      table.row(
          watch.address(),
          attacker.name(),
          attacker.sent(),
          attacker.answered(),
          watch.points(),
          watch.state(attacker instanceof Flooder ? "dropped; no ban, UDP may lie" : "watched"));
    }
    return table;
  }

  private long dropped(String rule) {
    return meters.counter(Meter.GUARD_DROPPED, rule).value();
  }

  private String plain() {
    CallTally.Total total = tally.total();
    return "%d calls placed, %d answered, %d failed; dropped: flood %d, scanner %d, banned %d"
        .formatted(
            total.placed(),
            total.answered(),
            total.failed(),
            dropped("flood"),
            dropped("scanner-agent"),
            dropped("ban"));
  }

  private boolean summary() {
    List<String> words = new ArrayList<>();
    boolean good = true;
    for (SourceWatch watch : watches) {
      Attacker attacker = watch.attacker();
      boolean office = attacker.address().equals(OFFICE);
      boolean broken = attacker instanceof PasswordGuesser guesser && guesser.found();
      good &= !broken && !(office && watch.bansSeen() > 0);
      if (attacker.sent() > 0) {
        words.add(
            "%s, %s: %s, %d answered, %s"
                .formatted(
                    watch.address(),
                    attacker.name(),
                    Plurals.count(attacker.sent(), "request"),
                    attacker.answered(),
                    broken ? "password found" : fate(watch, office)));
      }
    }
    words.add(
        "Dropped unanswered: %d over the budget of their source, %d of a scanner, %d of the banned"
            .formatted(dropped("flood"), dropped("scanner-agent"), dropped("ban")));
    return DemoSummary.print(out, "phone", tally.total(), words) && good;
  }

  private static String fate(SourceWatch watch, boolean office) {
    int bans = watch.bansSeen();
    if (bans > 0) {
      return bans == 1 ? "banned once" : "banned " + bans + " times";
    }
    return "never banned"
        + (office
            ? ": its other phones are good"
            : watch.attacker() instanceof Flooder ? ": over UDP the address may be a lie" : "");
  }

  private long now() {
    return (System.nanoTime() - startedNs) / 1_000_000_000;
  }

  private static final String CONFIGURATION =
      """
      listeners:
        - udp://127.0.0.1:0
        - tcp://127.0.0.1:0
      guard:
        flood: 30/2s
        bans: { time: 30s, firewall: off }
      registrars:
        phones:
          domains: [ demo.example ]
          users: { file: users.yaml }
      routes:
        - match: { method: REGISTER }
          registrar: phones
        - match: { location: phones }
          to-location: phones
      log: { calls: off, registrations: off, level: error }
      """;
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import io.fairlead.cli.TextTable;
import io.fairlead.cli.Version;
import io.fairlead.observe.LogSetup;
import io.fairlead.observe.Meters;
import io.fairlead.server.Fairlead;
import io.fairlead.server.Plan;
import io.fairlead.server.StartException;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A real Fairlead on loopback as the registrar of some phones behind NAT, which are called all the
 * time; one of them is unplugged and comes back from elsewhere. Owned by the main thread.
 */
public final class RegistrarDemo {
  private static final String DOMAIN = "demo.example";
  private static final int PHONES = 6;
  private static final int TALK_LEAST_MS = 1000;
  private static final long TICK_MS = 250;
  private static final int PLAIN_EVERY_TICKS = 20;
  private static final long REGISTER_MS = 5000;
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final int rate;
  private final PrintWriter out;
  private final DemoScript script;
  private final DemoDisplay display;
  private final CallTally tally = new CallTally();
  private final List<DemoPhone> phones = new ArrayList<>();
  private final Map<String, String> states = new HashMap<>();
  private final List<String> deaths = new ArrayList<>();
  private volatile List<DemoPhone> callable = List.of();
  private long startedNs;

  /**
   * @param seconds how long, or 0 for until stopped
   * @param rate calls per second
   */
  public RegistrarDemo(int seconds, int rate, PrintWriter out) {
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
    Map<String, String> passwords = new HashMap<>();
    for (int i = 1; i <= PHONES; i++) {
      passwords.put("phone" + i, HexFormat.of().toHexDigits(random.nextLong()));
    }
    try (TempFolder stage = new TempFolder()) {
      StringBuilder users = new StringBuilder();
      passwords.forEach((user, password) -> users.append(user + ": \"" + password + "\"\n"));
      stage.write("users.yaml", users.toString());
      return serve(stage.plan(CONFIGURATION), passwords, stop, random);
    } catch (StartException e) {
      out.println("fairlead: cannot start: " + e.getMessage());
      return false;
    } finally {
      phones.forEach(DemoPhone::close);
    }
  }

  private boolean serve(
      Plan plan, Map<String, String> passwords, CountDownLatch stop, SplittableRandom random)
      throws IOException, InterruptedException {
    LogSetup.apply(plan.settings().log());
    Fairlead fairlead = Fairlead.start(plan, new Meters());
    startedNs = System.nanoTime();
    InetSocketAddress target = fairlead.listeners().getFirst().bound();
    try {
      plugIn(passwords, target, random);
      display.event(
          0,
          "Fairlead listens on "
              + SipSnippets.hostPort(target)
              + ", "
              + PHONES
              + " phones register");
      awaitRegistered();
      serve(fairlead, target, stop, random);
    } finally {
      fairlead.stop(GRACE);
      display.end();
    }
    return DemoSummary.print(out, "phone", tally.total(), deaths);
  }

  private void serve(
      Fairlead fairlead, InetSocketAddress target, CountDownLatch stop, SplittableRandom random)
      throws IOException, InterruptedException {
    try (DemoCaller caller =
        new DemoCaller(target, tally, random.split(), TALK_LEAST_MS, this::callee)) {
      display.event(seconds(), rate + " calls per second to the phones begin");
      caller.start(rate);
      perform(fairlead, caller, stop);
      display.event(
          seconds(), "ending: no new calls, hanging up the " + caller.living() + " living ones");
      caller.finish();
      caller.awaitEnd();
      display.draw(picture(fairlead));
    }
  }

  private void plugIn(
      Map<String, String> passwords, InetSocketAddress target, SplittableRandom random)
      throws IOException {
    DemoPhone.Home home = new DemoPhone.Home(InetAddress.ofLiteral("127.0.0.1"), DOMAIN, target);
    for (int i = 1; i <= PHONES; i++) {
      String password = passwords.getOrDefault("phone" + i, "");
      DemoPhone phone = new DemoPhone(i, password, home, random.split());
      phone.plugIn();
      phones.add(phone);
    }
  }

  private void awaitRegistered() throws InterruptedException {
    long untilNs = System.nanoTime() + REGISTER_MS * 1_000_000;
    while (!phones.stream().allMatch(DemoPhone::registered) && System.nanoTime() - untilNs < 0) {
      Thread.sleep(20);
    }
    callable = phones.stream().filter(DemoPhone::registered).toList();
    if (callable.isEmpty()) {
      throw new IllegalStateException("no phone could register");
    }
  }

  // One that was unplugged is not called while it is away: that it answers nothing shows nothing.
  private String callee(int number) {
    List<DemoPhone> now = callable;
    return "sip:" + now.get(number % now.size()).user() + "@" + DOMAIN;
  }

  private void perform(Fairlead fairlead, DemoCaller caller, CountDownLatch stop)
      throws IOException, InterruptedException {
    for (int tick = 0; !script.over(seconds()); tick++) {
      switch (script.next(seconds())) {
        case DemoScript.Nothing _ -> {}
        case DemoScript.Kill kill -> unplug(phones.get(kill.server() % PHONES), caller);
        case DemoScript.Revive revive -> plugIn(phones.get(revive.server() % PHONES));
      }
      watch(fairlead, caller);
      display.draw(picture(fairlead));
      if (!display.live() && tick % PLAIN_EVERY_TICKS == PLAIN_EVERY_TICKS - 1) {
        display.event(seconds(), plain(fairlead));
      }
      if (stop.await(TICK_MS, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private void unplug(DemoPhone phone, DemoCaller caller) {
    callable = phones.stream().filter(each -> each.registered() && !each.equals(phone)).toList();
    phone.unplug();
    caller.killed(phone.user());
    deaths.add(phone.user() + " was unplugged at " + seconds() + " s");
    display.event(seconds(), phone.user() + " is unplugged, without a goodbye");
  }

  private void plugIn(DemoPhone phone) throws IOException {
    phone.plugIn();
    deaths.add(phone.user() + " was plugged in again at " + seconds() + " s");
    display.event(seconds(), phone.user() + " is plugged in again, behind another port");
  }

  private void watch(Fairlead fairlead, DemoCaller caller) {
    for (DemoPhone phone : phones) {
      String now = flow(fairlead, phone);
      String before = states.put(phone.user(), now);
      if (before == null || before.equals(now)) {
        continue;
      }
      display.event(
          seconds(),
          "Fairlead: " + phone.user() + (now.isEmpty() ? " is gone" : " is reached over " + now));
    }
    List<DemoPhone> registered = phones.stream().filter(DemoPhone::registered).toList();
    if (registered.size() > callable.size()) {
      registered.forEach(phone -> caller.revived(phone.user()));
      callable = registered;
    }
  }

  private static String flow(Fairlead fairlead, DemoPhone phone) {
    List<Binding> bindings =
        fairlead
            .bindings()
            .of(AddressOfRecord.of(phone.user() + "@" + DOMAIN), System.currentTimeMillis());
    return bindings.isEmpty() ? "" : SipSnippets.hostPort(bindings.getFirst().origin().remote());
  }

  private List<String> picture(Fairlead fairlead) {
    CallTally.Total total = tally.total();
    TextTable table =
        new TextTable("PHONE", "STATE", "CONTACT", "FLOW", ">TALKING", ">ANSWERED", ">P50");
    for (DemoPhone phone : phones) {
      CallTally.Row row = tally.row(phone.user());
      String flow = flow(fairlead, phone);
      table.row(
          phone.user(),
          flow.isEmpty() ? "gone" : "registered",
          phone.contact(),
          flow.isEmpty() ? "-" : flow,
          row.living(),
          row.answered(),
          row.p50Ms() + " ms");
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "Fairlead %s demo: registrar, %d s, %d calls/s. Ctrl-C ends it."
            .formatted(Version.number(), seconds(), rate));
    lines.add("");
    lines.addAll(table.lines());
    lines.add("");
    lines.add(
        "Calls: %d placed, %d answered, %d failed, %d lost with an unplugged phone."
            .formatted(total.placed(), total.answered(), total.failed(), total.lost()));
    lines.add("Each Contact is private; calls go back over the flow of the registration.");
    return lines;
  }

  private String plain(Fairlead fairlead) {
    CallTally.Total total = tally.total();
    long bound = phones.stream().filter(phone -> !flow(fairlead, phone).isEmpty()).count();
    return "%d of %d phones registered; %d calls placed, %d answered, %d failed, %d lost"
        .formatted(bound, PHONES, total.placed(), total.answered(), total.failed(), total.lost());
  }

  private long seconds() {
    return (System.nanoTime() - startedNs) / 1_000_000_000;
  }

  private static final String CONFIGURATION =
      """
      listeners:
        - udp://127.0.0.1:0
      registrars:
        phones:
          domains: [ demo.example ]
          users: { file: users.yaml }
          keepalive: { udp: 1s, lost: 2 }
      routes:
        - match: { method: REGISTER }
          registrar: phones
        - match: { location: phones }
          to-location: phones
      log: { calls: off, registrations: off, level: error }
      """;
}

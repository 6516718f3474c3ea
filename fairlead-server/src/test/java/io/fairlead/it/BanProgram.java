// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fairlead.dialog.CookieKeys;
import io.fairlead.guard.GuardDependencies;
import io.fairlead.guard.ban.Ban;
import io.fairlead.guard.ban.BanCause;
import io.fairlead.guard.ban.BanSettings;
import io.fairlead.guard.ban.Bans;
import io.fairlead.guard.ban.ExemptSources;
import io.fairlead.guard.ban.FirewallMode;
import io.fairlead.guard.ban.kernel.KernelBans;
import io.fairlead.loop.Loops;
import io.fairlead.net.Cidr;
import io.fairlead.net.CidrSet;
import io.fairlead.observe.Meters;
import io.fairlead.store.HeapBindings;
import io.fairlead.transport.Listener;
import io.fairlead.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/**
 * Bans and the kernel alone; runs as root in a network namespace and tells what it saw, a fact in a
 * line. Owned by its main thread.
 */
final class BanProgram implements AutoCloseable {
  private static final int MANY = 100_000;

  private final Loops loops = new Loops(1, () -> {});
  private final Meters meters = new Meters();
  private final Bans bans =
      new Bans(
          BanSettings.usual(),
          CidrSet.of(List.of(Cidr.parse("10.9.1.0/24"))),
          new GuardDependencies(
              loops.all(),
              meters,
              System::currentTimeMillis,
              Thread::startVirtualThread,
              CookieKeys.of(List.of("a key for tests, long enough")),
              new HeapBindings(1),
              null),
          ExemptSources.NONE);
  private final KernelBans kernel;

  private BanProgram(int size) throws IOException {
    InetSocketAddress bound = new InetSocketAddress("10.77.1.1", 5060);
    Listener listener =
        new Listener(0, "udp", new Transport("udp", "UDP", 5060, false, false), bound, "x:5060");
    kernel = KernelBans.open(bans, FirewallMode.NFTABLES, List.of(listener), size, meters);
    bans.listen(kernel, kernel::close);
    bans.kernel(kernel);
  }

  /** A scene by its name. */
  public static void main(String[] args) throws IOException {
    try (BanProgram program = new BanProgram(args[0].equals("full") ? 16 : 200_000)) {
      switch (args[0]) {
        case "load" -> program.load();
        case "decide" -> program.decide();
        case "full" -> program.full();
        case "renew" -> program.renew();
        case "networks" -> program.networks();
        default -> throw new IllegalArgumentException(args[0]);
      }
    }
  }

  private static void fact(String name, Object value) {
    System.out.println(name + "=" + value);
  }

  private void start() {
    loops.start();
    bans.start();
  }

  private static long awaitMs(BooleanSupplier so) {
    long began = System.nanoTime();
    while (!so.getAsBoolean()) {
      LockSupport.parkNanos(100_000);
      if (System.nanoTime() - began > Duration.ofSeconds(30).toNanos()) {
        throw new IllegalStateException("it does not come about");
      }
    }
    return (System.nanoTime() - began) / 1_000_000;
  }

  private static Ban ban(String network, long seconds) {
    long nowMs = System.currentTimeMillis();
    long untilMs = nowMs + seconds * 1000;
    return new Ban(Ban.whole(Cidr.parse(network)), BanCause.POINTS, "", 0, nowMs, untilMs, 1);
  }

  private void load() {
    List<Ban> many = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      String source =
          i % 10 == 0
              ? "2001:db8:"
                  + Integer.toHexString(i >> 8)
                  + ":"
                  + Integer.toHexString(i & 255)
                  + "::"
              : "100.64." + (i >> 8 & 255) + "." + (i & 255);
      many.add(
          ban(i % 10 == 0 ? source : source.replace("100.64", "100." + (64 + (i >> 16))), 3600));
    }
    long began = System.nanoTime();
    bans.restore(many);
    start();
    awaitMs(() -> bans.all().size() == MANY && kernel.status().startsWith("on, " + MANY));
    fact("loaded in ms", (System.nanoTime() - began) / 1_000_000);
    fact("sources4", count("sources4"));
    fact("sources6", count("sources6"));
  }

  private void decide() {
    start();
    order("192.0.2.250", 3600);
    awaitMs(() -> kernel.holds(Cidr.parse("192.0.2.250")));
    long worst = 0;
    for (int i = 0; i < 100; i++) {
      String source = "192.0.2." + i;
      order(source, 3600);
      worst = Math.max(worst, awaitMs(() -> kernel.holds(Cidr.parse(source))));
    }
    fact("worst in ms", worst);
  }

  private void order(String network, long seconds) {
    bans.add(Cidr.parse(network), Duration.ofSeconds(seconds), done -> {});
  }

  private void lift(String network) {
    bans.lift(Cidr.parse(network), done -> {});
  }

  private void full() {
    start();
    for (int i = 0; i < 40; i++) {
      order("192.0.2." + i, 3600);
    }
    awaitMs(() -> kernel.status().contains("full"));
    fact("status", kernel.status());
    fact("banned", bans.all().size());
    fact("in the kernel", count("sources4"));
    int one = 0;
    while (!holds("192.0.2." + one)) {
      one++;
    }
    String lifted = "192.0.2." + one;
    lift(lifted);
    awaitMs(() -> !holds(lifted));
    fact("after a lift", count("sources4"));
  }

  private void renew() {
    start();
    order("192.0.2.1", 30);
    order("192.0.2.2", 1);
    awaitMs(() -> kernel.holds(Cidr.parse("192.0.2.1")) && kernel.holds(Cidr.parse("192.0.2.2")));
    order("192.0.2.1", 7200);
    awaitMs(() -> lists("192.0.2.1 timeout (2h|1h59m)"));
    awaitMs(() -> count("sources4") == 1);
    order("192.0.2.2", 3600);
    order("192.0.2.1", 3600);
    awaitMs(() -> lists("192.0.2.2 timeout (1h|59m)"));
    fact("sources", count("sources4"));
    fact("status", kernel.status());
  }

  private void networks() {
    start();
    for (String each :
        List.of("10.9.2.0/24", "10.9.3.0/24", "10.9.0.0/16", "2001:db8::/32", "255.0.0.0/8")) {
      order(each, 3600);
    }
    awaitMs(() -> holds("10.9.0.0/16") && holds("2001:db8::/32") && holds("255.0.0.0/8"));
    fact("outer", nft("list", "set", "inet", table(), "networks4").replaceAll("\\s+", " "));
    fact("allowed", nft("list", "set", "inet", table(), "allowed4").replaceAll("\\s+", " "));
    lift("10.9.0.0/16");
    awaitMs(() -> holds("10.9.2.0/24") && holds("10.9.3.0/24") && !holds("10.9.0.0/16"));
    fact("inner", nft("list", "set", "inet", table(), "networks4").replaceAll("\\s+", " "));
    fact("not allowed", nft("list", "set", "inet", table(), "allowed4").replaceAll("\\s+", " "));
    lift("10.9.2.0/24");
    awaitMs(() -> !holds("10.9.2.0/24"));
    fact("last", nft("list", "set", "inet", table(), "networks4").replaceAll("\\s+", " "));
    fact("status", kernel.status());
  }

  private static boolean lists(String pattern) {
    return Pattern.compile(pattern).matcher(nft("list", "set", "inet", table(), "sources4")).find();
  }

  private boolean holds(String network) {
    return kernel.holds(Cidr.parse(network));
  }

  private static String table() {
    return "fairlead-bans-5060";
  }

  private static long count(String set) {
    return nft("list", "set", "inet", table(), set).split("timeout \\w+ expires", -1).length - 1L;
  }

  private static String nft(String... words) {
    List<String> command = new ArrayList<>(List.of("/usr/sbin/nft"));
    command.addAll(List.of(words));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return new String(process.getInputStream().readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    bans.close();
    loops.stop(Duration.ofSeconds(2));
    fact("left", nft("list", "tables").replaceAll("\\s+", " ").strip());
  }
}

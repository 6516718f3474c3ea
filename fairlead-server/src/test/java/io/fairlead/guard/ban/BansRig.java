// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

import io.fairlead.config.ConfigBinder;
import io.fairlead.config.YamlSource;
import io.fairlead.dialog.CookieKeys;
import io.fairlead.guard.GuardDependencies;
import io.fairlead.guard.Offence;
import io.fairlead.loop.ManualLoop;
import io.fairlead.net.Cidr;
import io.fairlead.net.CidrSet;
import io.fairlead.net.SourceKey;
import io.fairlead.observe.Meters;
import io.fairlead.store.HeapBindings;
import io.fairlead.transport.CapturedFlow;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** Bans on virtual time. Owned by one test. */
public final class BansRig {
  private static final long START_MS = 1_800_000_000_000L;

  public final ManualLoop loop = new ManualLoop();
  public final Meters meters = new Meters();
  public final Set<Long> exempt = new HashSet<>();
  public final List<String> told = new ArrayList<>();
  public final Bans bans;

  /** With lines of settings, and networks that are allowed. */
  public BansRig(String settings, String... allow) {
    bans =
        new Bans(settings(settings), allowed(allow), dependencies(), key -> exempt.contains(key));
    bans.listen(
        new BanListener() {
          @Override
          public void onBan(Ban ban) {
            told.add(
                "ban "
                    + ban.text()
                    + " "
                    + (ban.untilMs() - nowMs()) / 1000
                    + "s "
                    + ban.cause()
                    + " "
                    + ban.why()
                    + " "
                    + ban.times());
          }

          @Override
          public void onEnd(Ban ban, BanEnd how) {
            told.add(how + " " + ban.text());
          }
        },
        () -> {});
    bans.start();
    loop.runCommands();
  }

  /** What a loop, meters and the clock are. */
  public GuardDependencies dependencies() {
    return new GuardDependencies(
        List.of(loop),
        meters,
        this::nowMs,
        Runnable::run,
        CookieKeys.of(List.of("a key for tests, long enough")),
        new HeapBindings(1),
        null);
  }

  public static BanSettings settings(String lines) {
    return ConfigBinder.bind(BanSettings.class, YamlSource.of("test", lines)).orThrow();
  }

  static CidrSet allowed(String... networks) {
    return CidrSet.of(Arrays.stream(networks).map(Cidr::parse).toList());
  }

  public long nowMs() {
    return START_MS + loop.nowNs() / 1_000_000;
  }

  /** It did that so often, over TCP. */
  public void offend(String address, Offence offence, int times) {
    for (int i = 0; i < times; i++) {
      bans.offence(CapturedFlow.tcp(address, 5060), offence, false);
    }
    loop.runCommands();
  }

  public void proved(String address) {
    bans.proved(CapturedFlow.tcp(address, 5060));
    loop.runCommands();
  }

  public void pass(Duration time) {
    loop.advance(time);
  }

  public boolean isBanned(String address) {
    return bans.isBanned(key(address));
  }

  public static long key(String address) {
    return SourceKey.of(InetAddress.ofLiteral(address));
  }

  public BanExplanation explain(String network) {
    AtomicReference<BanExplanation> box = new AtomicReference<>();
    bans.explain(Cidr.parse(network), box::set);
    loop.runCommands();
    return Objects.requireNonNull(box.get());
  }

  public boolean add(String network, Duration time) {
    AtomicReference<Boolean> box = new AtomicReference<>();
    bans.add(Cidr.parse(network), time, box::set);
    loop.runCommands();
    return Objects.requireNonNull(box.get());
  }

  public boolean lift(String network) {
    AtomicReference<Boolean> box = new AtomicReference<>();
    bans.lift(Cidr.parse(network), box::set);
    loop.runCommands();
    return Objects.requireNonNull(box.get());
  }
}

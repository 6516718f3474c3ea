// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.config.Secret;
import io.fairlead.dialog.CookieKeys;
import io.fairlead.guard.GuardDependencies;
import io.fairlead.guard.Offence;
import io.fairlead.guard.ban.BanSettings;
import io.fairlead.guard.ban.Bans;
import io.fairlead.guard.ban.BansRig;
import io.fairlead.guard.ban.ExemptSources;
import io.fairlead.guard.ban.outlet.BanOutlets;
import io.fairlead.loop.Loops;
import io.fairlead.net.Cidr;
import io.fairlead.net.CidrSet;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.store.HeapBindings;
import io.fairlead.store.RedisAddress;
import io.fairlead.store.SharedStoreSettings;
import io.fairlead.transport.CapturedFlow;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two nodes share their bans by a real Redis, which is killed and comes back. */
@Timeout(120)
class SharedBansIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final RedisProcess redis = new RedisProcess();
  private Node a;
  private Node b;

  /** One Fairlead, as far as bans go. */
  private final class Node implements AutoCloseable {
    private final Loops loops = new Loops(1, () -> {});
    private final Meters meters = new Meters();
    private final BanSettings settings = BansRig.settings("firewall: off");
    private final Bans bans;

    Node(int number) {
      GuardDependencies ground =
          new GuardDependencies(
              loops.all(),
              meters,
              System::currentTimeMillis,
              Thread::startVirtualThread,
              CookieKeys.of(List.of("a key for tests, long enough")),
              new HeapBindings(1),
              null);
      bans = new Bans(settings, CidrSet.NONE, ground, ExemptSources.NONE);
      RedisAddress address = RedisAddress.parse("redis://127.0.0.1:" + redis.port() + "/3");
      try {
        BanOutlets.open(
            bans,
            settings,
            ground,
            new BanOutlets.Outside(
                List.of(), new SharedStoreSettings(address, Secret.of("sesame")), number));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      loops.start();
      bans.start();
    }

    void offends(String address) {
      bans.offence(CapturedFlow.tcp(address, 5060), Offence.SCANNER, true);
      bans.offence(CapturedFlow.tcp(address, 5060), Offence.SCANNER, true);
    }

    boolean isBanned(String address) {
      return bans.isBanned(BansRig.key(address));
    }

    @Override
    public void close() {
      bans.close();
      loops.stop(Duration.ofSeconds(2));
    }
  }

  @BeforeEach
  void begin() {
    a = new Node(1);
    b = new Node(2);
  }

  @AfterEach
  void end() {
    a.close();
    b.close();
    redis.close();
  }

  private static void until(BooleanSupplier so) {
    assertThat(Loopback.await(LIMIT, so)).isTrue();
  }

  @Test
  void whatOneBansTheOtherBansAndLifts() {
    a.offends("192.0.2.1");
    until(() -> b.isBanned("192.0.2.1"));
    assertThat(b.bans.all().iterator().next().cause().name()).isEqualTo("CLUSTER");
    assertThat(b.bans.all().iterator().next().why()).isEqualTo("scanner 2");

    b.bans.lift(Cidr.parse("192.0.2.1"), done -> {});
    until(() -> !a.isBanned("192.0.2.1") && !b.isBanned("192.0.2.1"));
    a.offends("192.0.2.1");
    until(() -> b.isBanned("192.0.2.1"));
  }

  @Test
  void aNodeThatComesLaterHearsOfThemAndALiftedOneStaysLifted() {
    a.offends("192.0.2.1");
    a.bans.add(Cidr.parse("198.51.100.0/24"), Duration.ofHours(1), done -> {});
    a.offends("192.0.2.2");
    until(() -> b.isBanned("192.0.2.1") && b.isBanned("192.0.2.2"));
    a.bans.lift(Cidr.parse("192.0.2.2"), done -> {});
    until(() -> !b.isBanned("192.0.2.2"));

    try (Node late = new Node(3)) {
      until(() -> late.isBanned("192.0.2.1") && late.isBanned("198.51.100.9"));
      assertThat(late.isBanned("192.0.2.2")).isFalse();
    }
  }

  @Test
  void withoutRedisEachNodeBansForItselfAndTellsLater() {
    a.offends("192.0.2.9");
    until(() -> b.isBanned("192.0.2.9"));
    redis.kill();
    until(() -> a.meters.counter(Meter.BANS_SHARED_LOSSES).value() == 1);
    a.offends("192.0.2.1");
    until(() -> a.isBanned("192.0.2.1"));
    assertThat(b.isBanned("192.0.2.1")).isFalse();

    redis.restart();
    until(() -> b.isBanned("192.0.2.1"));
    assertThat(a.meters.counter(Meter.BANS_SHARED_LOSSES).value()).isEqualTo(1);
  }
}

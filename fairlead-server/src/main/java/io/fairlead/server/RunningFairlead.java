// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.admin.ControlledFairlead;
import io.fairlead.admin.RefusedException;
import io.fairlead.guard.ban.Bans;
import io.fairlead.guard.limit.LimitStatus;
import io.fairlead.loop.Loops;
import io.fairlead.loop.SelectorLoop;
import io.fairlead.media.MediaStatus;
import io.fairlead.pool.Pool;
import io.fairlead.transport.Listener;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A running Fairlead as control sees it. Immutable. */
final class RunningFairlead implements ControlledFairlead {
  private static final Duration SETTLES = Duration.ofSeconds(5);

  private final Fairlead fairlead;
  private final ServerCore house;
  private final Loops loops;
  private final String version;
  private final ReloadRequest reload;
  private final String config;
  private final long sinceNs = System.nanoTime();

  RunningFairlead(
      Fairlead fairlead, ServerCore house, Loops loops, String version, ReloadRequest reload) {
    this.fairlead = fairlead;
    this.house = house;
    this.loops = loops;
    this.version = version;
    this.reload = reload;
    this.config = fairlead.plan().file().toAbsolutePath().normalize().toString();
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public Duration uptime() {
    return Duration.ofNanos(System.nanoTime() - sinceNs);
  }

  @Override
  public String config() {
    return config;
  }

  @Override
  public List<Listener> listeners() {
    return fairlead.listeners();
  }

  @Override
  public List<Pool> pools() {
    return fairlead.pools();
  }

  @Override
  public int calls() {
    return house.calls();
  }

  @Override
  public int settingUp() {
    return house.settingUp();
  }

  @Override
  public long bindings() {
    return fairlead.bindings().size();
  }

  @Override
  public List<Long> loops() {
    return loops.all().stream().map(SelectorLoop::busyPermille).toList();
  }

  @Override
  public List<LimitStatus> limits(int most) {
    return fairlead.guard().limits().status(most);
  }

  @Override
  public MediaStatus media() {
    return fairlead.media().status();
  }

  @Override
  public Bans bans() {
    return fairlead.guard().bans();
  }

  @Override
  public void drainEngine(String engine, boolean on) {
    fairlead.media().drain(engine, on);
  }

  // Commands of one thread run in the order given, so this one runs after the orders.
  @Override
  public void settle() throws RefusedException {
    CountDownLatch done = new CountDownLatch(1);
    loops.all().getFirst().execute(done::countDown);
    try {
      if (done.await(SETTLES.toSeconds(), TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new RefusedException("the order was given, but is not carried out yet: loop 0 is stuck");
  }

  @Override
  public List<String> reload() throws RefusedException {
    return reload.reload();
  }
}

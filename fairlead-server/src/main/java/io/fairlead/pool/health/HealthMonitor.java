// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.health;

import io.fairlead.loop.Loop;
import io.fairlead.loop.Timer;
import io.fairlead.pool.Backend;
import io.fairlead.pool.blame.ResponseVerdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Checks the backends of one pool: when each is asked, and what an answer means. Any final answer
 * is a sign of life, 503 of a full one; silence counts up to a threshold, what cannot be delivered
 * counts at once.
 *
 * <p>Owned by one loop, the pool's home.
 */
public final class HealthMonitor {
  private static final long FIRST_ROUND_NS = Duration.ofSeconds(1).toNanos();

  private final HealthSettings settings;
  private final HealthCheck check;
  private final Loop home;
  private final RandomGenerator random;
  private final List<Watch> watches = new ArrayList<>();
  private boolean stopped;

  /** A monitor that asks nobody before {@link #start}. */
  public HealthMonitor(HealthSettings settings, CheckTools tools, RandomGenerator random) {
    this.settings = settings;
    this.check = settings.method().create(tools);
    this.home = tools.home();
    this.random = random;
  }

  /** Begins; the first round is spread over a second at most, in the order of the list. */
  public void start(List<Backend> backends) {
    long roundNs = Math.min(FIRST_ROUND_NS, settings.interval().toNanos());
    for (int i = 0; i < backends.size(); i++) {
      Watch watch = new Watch(backends.get(i));
      watches.add(watch);
      home.timers().schedule(watch, roundNs * i / backends.size());
    }
  }

  /** Ends; answers still under way are ignored. */
  public void stop() {
    stopped = true;
    for (Watch watch : watches) {
      home.timers().cancel(watch);
    }
  }

  /** Asks this backend soon, because something else than a check cast doubt on it. */
  public void hasten(Backend backend) {
    for (Watch watch : watches) {
      if (watch.backend == backend && !watch.asking) {
        watch.scheduleNext();
      }
    }
  }

  private final class Watch extends Timer implements ProbeListener {
    private final Backend backend;
    private boolean asking;

    Watch(Backend backend) {
      this.backend = backend;
    }

    @Override
    protected void onTimer() {
      if (backend.address() == null) {
        scheduleNext();
        return;
      }
      asking = true;
      check.probe(backend, this);
    }

    @Override
    protected boolean repeats() {
      return true;
    }

    @Override
    public void onAnswer(int status, long elapsedNs) {
      close(ResponseVerdict.ofCheck(status), elapsedNs);
    }

    @Override
    public void onSilence() {
      close(CheckResult.SILENT, 0);
    }

    @Override
    public void onUnreachable(String why) {
      if (asking && !stopped) {
        asking = false;
        backend.outcomes().checked(CheckResult.UNREACHABLE, 0);
        backend.condition().onUnreachable(why);
        scheduleNext();
      }
    }

    @Override
    public void onUnknown() {
      close(CheckResult.UNKNOWN, 0);
    }

    private void close(CheckResult result, long elapsedNs) {
      if (!asking || stopped) {
        return;
      }
      asking = false;
      backend.outcomes().checked(result, elapsedNs);
      CombinedHealth condition = backend.condition();
      switch (result) {
        case PASSED -> condition.onPassed(settings);
        case SATURATED -> condition.onSaturated(settings);
        case SILENT -> condition.onSilent(settings);
        case UNKNOWN -> {}
        case UNREACHABLE -> throw new IllegalStateException("needs a reason");
      }
      scheduleNext();
    }

    private void scheduleNext() {
      double jitter = settings.jitter().fraction() * (2 * random.nextDouble() - 1);
      home.timers().schedule(this, Math.round(interval().toNanos() * (1 + jitter)));
    }

    private Duration interval() {
      CombinedHealth condition = backend.condition();
      if (condition.doubtful()) {
        return settings.unhealthyInterval();
      }
      return condition.saturated() ? settings.saturatedInterval() : settings.interval();
    }
  }
}

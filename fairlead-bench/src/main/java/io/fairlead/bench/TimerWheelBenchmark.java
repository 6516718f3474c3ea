// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import io.fairlead.loop.Timer;
import io.fairlead.loop.TimerWheel;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The timer wheel with few and many timers armed, on virtual time: one operation must cost the same
 * whatever is armed, but for what memory costs. Owned by one loop.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class TimerWheelBenchmark {
  /** 64 times T1: what most timers of a transaction are set to. */
  private static final long LINGER_NS = 32_000_000_000L;

  private static final int DELAYS = 1 << 12;

  @Param({"1", "10000", "1000000"})
  int armed;

  private final SplittableRandom random = new SplittableRandom(7);
  private final long[] delays = random.longs(DELAYS, 0, LINGER_NS).toArray();
  private final StillLoop loop = new StillLoop();
  private final TimerWheel timers = loop.timers();
  private final Ticker one = new Ticker();
  private Ticker[] all = {};
  private long stepNs;
  private int turn;
  private long fired;

  /** Counts, and waits again: as many stay armed. */
  private final class Ticker extends Timer {
    @Override
    protected void onTimer() {
      fired++;
      timers.schedule(this, LINGER_NS);
    }
  }

  /** Arms them, spread evenly over the time that they wait. */
  @Setup
  public void arm() {
    // Two ticks more than a timer waits, since it may fire one late.
    stepNs = (LINGER_NS + 2 * TimerWheel.TICK_NS) / armed;
    all = new Ticker[armed];
    for (int i = 0; i < armed; i++) {
      all[i] = new Ticker();
      timers.schedule(all[i], random.nextLong(LINGER_NS));
    }
  }

  /** A timer that never fires, as timer B of an INVITE that is answered. */
  @Benchmark
  public int scheduleAndCancel() {
    timers.schedule(one, delays[turn++ & (DELAYS - 1)]);
    int size = timers.size();
    timers.cancel(one);
    return size;
  }

  /** Any of those armed is set anew, as by a retransmission. */
  @Benchmark
  public int reschedule() {
    long delay = delays[turn++ & (DELAYS - 1)];
    timers.schedule(all[(int) (delay % armed)], delay);
    return timers.size();
  }

  /** So much time passes that one timer fires on average; it is armed again. */
  @Benchmark
  public long scheduleAndFire() {
    loop.advance(stepNs);
    return fired;
  }
}

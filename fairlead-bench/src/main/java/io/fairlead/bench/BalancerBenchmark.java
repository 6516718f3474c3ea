// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import io.fairlead.config.ConfigBinder;
import io.fairlead.config.Plugin;
import io.fairlead.config.Setting;
import io.fairlead.config.YamlSource;
import io.fairlead.esl.EslConnector;
import io.fairlead.observe.Meters;
import io.fairlead.pool.Backend;
import io.fairlead.pool.CallSlot;
import io.fairlead.pool.Pool;
import io.fairlead.pool.PoolObserver;
import io.fairlead.pool.PoolSettings;
import io.fairlead.pool.Pools;
import io.fairlead.pool.balance.Balancers;
import io.fairlead.pool.blame.ResponseVerdict;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
 * What it costs to choose a backend, by each algorithm, out of few and out of many. Each backend
 * has five live calls on average, and has answered before. Owned by one loop.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BalancerBenchmark {
  private static final String MAGLEV = "maglev";
  private static final String SIZED = "p2c, sizes known";
  private static final int CALLS_EACH = 5;
  private static final int KEYS = 1 << 16;

  @Param({
    "round-robin",
    "random",
    "least-calls",
    "p2c",
    SIZED,
    "least-load",
    "priority",
    "hash",
    MAGLEV,
    "latency",
    "fanout"
  })
  String balance = "";

  @Param({"10", "1000"})
  int backends;

  private final SplittableRandom random = new SplittableRandom(7);
  private final long[] keys = random.longs(KEYS).toArray();
  private Pool pool = farm("p2c", 1);
  private CallSlot[] calls = {};
  private int turn;
  private int oldest;

  /** The part of a configuration that is needed here. */
  record Root(@Setting(doc = "pools") Map<String, PoolSettings> pools) {}

  /** Builds the farm and its calls. */
  @Setup
  public void fill() throws NoSuchFieldException {
    checkAllAreHere();
    pool = farm(balance, backends);
    for (Backend backend : pool.backends()) {
      long elapsedNs = 1_000_000L + random.nextInt(1_000_000);
      backend.outcomes().answer(180, ResponseVerdict.RINGING, true, elapsedNs);
    }
    calls = new CallSlot[backends * CALLS_EACH];
    for (int i = 0; i < calls.length; i++) {
      calls[i] = pick().occupy(0);
    }
  }

  private static void checkAllAreHere() throws NoSuchFieldException {
    List<String> here =
        List.of(
            BalancerBenchmark.class.getDeclaredField("balance").getAnnotation(Param.class).value());
    List<String> all = Balancers.kinds().stream().<String>map(Plugin::name).toList();
    if (!here.containsAll(all)) {
      throw new IllegalStateException("not every algorithm is measured: " + all);
    }
  }

  private static Pool farm(String balance, int backends) {
    StringBuilder text = new StringBuilder("pools:\n  farm:\n    health: off\n    balance: ");
    text.append(
        switch (balance) {
          case MAGLEV -> "hash\n    hash: {function: maglev}";
          case SIZED -> "p2c";
          default -> balance;
        });
    text.append("\n    backends:\n");
    boolean sized = balance.equals(SIZED) || balance.equals("least-load");
    for (int i = 0; i < backends; i++) {
      text.append("      - { uri: 'sip:10.0.").append(i / 250).append('.').append(i % 250 + 1);
      text.append(sized ? "', max-calls: 100 }\n" : "' }\n");
    }
    StillLoop loop = new StillLoop();
    Pools pools =
        new Pools(
            ConfigBinder.bind(Root.class, YamlSource.of("farm", text.toString())).orThrow().pools(),
            1,
            loop,
            new Meters(),
            PoolObserver.NONE,
            (uri, home, then) -> {},
            EslConnector.NONE);
    pools.start((backend, timeoutNs, listener) -> listener.onSilence());
    loop.advance(0);
    return Objects.requireNonNull(pools.get("farm"));
  }

  private Backend pick() {
    return Objects.requireNonNull(pool.pick(0, keys[turn++ & (KEYS - 1)], List.of()));
  }

  /** A pick while nothing else changes. */
  @Benchmark
  public Backend pickOnly() {
    return pick();
  }

  /** A pick for a new call, which stays, while the oldest call ends. */
  @Benchmark
  public Backend pickAndRelease() {
    calls[oldest].release();
    Backend picked = pick();
    calls[oldest] = picked.occupy(0);
    oldest = oldest + 1 == calls.length ? 0 : oldest + 1;
    return picked;
  }
}

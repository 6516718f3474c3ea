// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import io.fairlead.config.ConfigBinder;
import io.fairlead.config.Setting;
import io.fairlead.config.YamlSource;
import io.fairlead.guard.EmergencyNumbers;
import io.fairlead.guard.limit.CallLimiter;
import io.fairlead.guard.limit.CallLimits;
import io.fairlead.guard.limit.LimitSettings;
import io.fairlead.guard.limit.Limits;
import io.fairlead.loop.SipHash;
import io.fairlead.observe.Meters;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
 * What ten named limits cost a call: asked, joined, and given back when it is over. Keys are new
 * with each call, or those of a call that lives. Owned by one loop.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LimitBenchmark {
  private static final String TEN =
      """
      limits:
        - { name: a, key: from-user, max-calls: 900000 }
        - { name: b, key: to-user, max-calls: 900000 }
        - { name: c, key: source-ip, rate: 1000000/1s }
        - { name: d, key: [ from-user, source-ip ], max-calls: 900000 }
        - { name: e, key: request-user, max-calls: 900000 }
        - { name: f, key: destination, max-cps: 1000000 }
        - { name: g, key: pool, max-calls: 900000 }
        - { name: h, key: [ from-user, destination ], max-calls: 900000 }
        - { name: i, key: from-host, rate: 1000000/60s }
        - { name: j, key: [ from-user, pool ], max-calls: 900000, max-minutes: 900000000/1d }
      """;

  @Param({"new", "held"})
  String keys = "";

  private final StillLoop loop = new StillLoop();
  private final SipRequest invite = Samples.request(Samples.INVITE);
  private final Flow flow = new CountedFlow(10, 5070);
  private CallLimiter limiter = limiter(loop);

  /** The part of a configuration that is needed here. */
  record Root(@Setting(doc = "limits") List<LimitSettings> limits) {}

  private static CallLimiter limiter(StillLoop loop) {
    List<LimitSettings> ten =
        ConfigBinder.bind(Root.class, YamlSource.of("limits", TEN)).orThrow().limits();
    byte[] key = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    Limits.Tools tools =
        new Limits.Tools(
            new Meters(), System::currentTimeMillis, Runnable::run, new SipHash(key[0], key[1]));
    return Limits.of(ten, List.of(), new EmergencyNumbers(List.of("112")), tools).on(loop);
  }

  /** One call that lives on, where keys are to be there. */
  @Setup
  public void hold() {
    limiter = limiter(loop);
    if (keys.equals("held")) {
      call();
    }
  }

  private CallLimits call() {
    CallLimits held = limiter.begin(invite, flow, false);
    if (held == null || held.take(invite, "all", "farm") != null) {
      throw new IllegalStateException("a limit refuses");
    }
    return held;
  }

  /** A call comes and goes. */
  @Benchmark
  public int comesAndGoes() {
    loop.advance(100_000);
    call().release();
    return limiter.live();
  }
}

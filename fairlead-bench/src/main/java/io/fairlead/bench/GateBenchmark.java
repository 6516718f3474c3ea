// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import io.fairlead.config.ByteSize;
import io.fairlead.guard.OffenceListener;
import io.fairlead.guard.gate.BannedSources;
import io.fairlead.guard.gate.FloodExemption;
import io.fairlead.guard.gate.FloodSettings;
import io.fairlead.guard.gate.Gate;
import io.fairlead.guard.gate.GateLimits;
import io.fairlead.guard.gate.GateRefusal;
import io.fairlead.guard.gate.GateSettings;
import io.fairlead.guard.gate.MalformedSettings;
import io.fairlead.guard.gate.MessageRate;
import io.fairlead.guard.gate.RequestGate;
import io.fairlead.guard.gate.ScannerSettings;
import io.fairlead.guard.gate.sanity.SanitySettings;
import io.fairlead.net.Cidr;
import io.fairlead.observe.Meters;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.SourceVerdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the gate costs for each message before it is read, with few and many sources, and for each
 * request when it has been read. Owned by one loop.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class GateBenchmark {
  private static final int ASKED = 1 << 16;
  private static final long MAPPED = 0xffffL << 32;
  private static final String INVITE =
      """
      INVITE sip:+4930123456@example.com SIP/2.0
      Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK74bf9
      Max-Forwards: 70
      From: "Alice" <sip:alice@example.org>;tag=9fxced76sl
      To: <sip:+4930123456@example.com>
      Call-ID: 3848276298220188511@192.0.2.1
      CSeq: 1 INVITE
      Contact: <sip:alice@192.0.2.1:5060>
      User-Agent: Yealink SIP-T46S 66.86.0.15
      Content-Length: 0

      """;

  @Param({"100", "10000", "1000000"})
  int sources;

  private final Gate gate =
      new Gate(settings(), new Meters(), BannedSources.NONE, OffenceListener.NONE);
  private final StillLoop loop = new StillLoop();
  private final RequestGate requests = gate.onLoop(loop);
  private final SipRequest invite = invite();
  private final CountedFlow flow = new CountedFlow(7, 5060);
  private final long[] asked = new SplittableRandom(5).longs(ASKED).toArray();
  private int turn;
  private long nowNs;

  private static GateSettings settings() {
    return new GateSettings(
        List.of(Cidr.parse("198.51.100.0/24")),
        List.of(Cidr.parse("203.0.113.0/24")),
        new FloodSettings(MessageRate.parse("30/2s"), FloodExemption.REGISTERED),
        new MalformedSettings(MessageRate.parse("10/10s")),
        new ScannerSettings(
            List.of("friendly-scanner", "sipvicious", "sipcli", "sundayddr", "VaxSIPUserAgent"),
            List.of(),
            20,
            Duration.ofMinutes(1)),
        Map.of(),
        new SanitySettings(List.of(), List.of(), 32, 128, ByteSize.parse("32k")),
        List.of("112"),
        new GateLimits(65_536, 65_536, Duration.ofHours(1), MessageRate.parse("20/s")));
  }

  private static SipRequest invite() {
    byte[] bytes = INVITE.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    return (SipRequest)
        Objects.requireNonNull(new SipParser().parse(bytes, 0, bytes.length)).keep();
  }

  /** A datagram of a source, before it is read: 200 000 a second. */
  @Benchmark
  public SourceVerdict datagram() {
    nowNs += 5_000;
    long source = Long.remainderUnsigned(asked[turn++ & ASKED - 1] + turn, sources);
    return gate.message(0, MAPPED | source & 0xffffffffL, false, nowNs);
  }

  /** An INVITE, when it has been read. */
  @Benchmark
  public @Nullable GateRefusal request() {
    GateRefusal refused = requests.judge(flow, invite);
    return refused == null ? requests.rate(invite, known -> false) : refused;
  }
}

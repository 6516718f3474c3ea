// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.config.ConfigBinder;
import io.fairlead.config.Setting;
import io.fairlead.config.YamlSource;
import io.fairlead.guard.EmergencyNumbers;
import io.fairlead.loop.ManualLoop;
import io.fairlead.loop.SipHash;
import io.fairlead.observe.Meters;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.CapturedFlow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Two loops at once on the same keys: never more than allowed, and nothing stays. */
class LimitContentionTest {
  private static final int MOST = 3;
  private static final int ROUNDS = 60_000;

  /** The part of a configuration that is needed here. */
  record Root(@Setting(doc = "limits") List<LimitSettings> limits) {}

  private static Limits limits(String yaml) {
    List<LimitSettings> settings =
        ConfigBinder.bind(Root.class, YamlSource.of("limits", yaml)).orThrow().limits();
    return Limits.of(
        settings,
        List.of(),
        EmergencyNumbers.NONE,
        new Limits.Tools(new Meters(), () -> 1_800_000_000_000L, Runnable::run, new SipHash(1, 2)));
  }

  private static SipRequest invite(int user) {
    byte[] bytes =
        ("INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\n"
                + "From: <sip:user"
                + user
                + "@example.org>;tag=1\r\nTo: <sip:bob@example.com>\r\nCall-ID: c\r\n"
                + "CSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    return (SipRequest) Objects.requireNonNull(new SipParser().parse(bytes, 0, bytes.length));
  }

  @Test
  void neverPassesMaxCallsAndForgetsEveryKey() throws InterruptedException {
    Limits limits = limits("limits: [ { name: one, key: from-user, max-calls: " + MOST + " } ]");
    AtomicInteger[] held = {new AtomicInteger(), new AtomicInteger()};
    AtomicInteger worst = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    CountDownLatch ready = new CountDownLatch(2);
    List<Thread> loops =
        List.of(1, 2).stream()
            .map(seed ->
                Thread.ofPlatform().start(() -> play(limits, seed, held, worst, refused, ready)))
            .toList();
    for (Thread loop : loops) {
      loop.join();
    }
    assertThat(worst.get()).isEqualTo(MOST);
    assertThat(refused.get()).isPositive();
    assertThat(limits.status(10).getFirst().calls()).isZero();
    limits
        .rules()
        .all()
        .getFirst()
        .table()
        .sweep(new LimitClock(new ManualLoop().nowNs(), 1_900_000_000_000L, 1));
    assertThat(limits.status(10).getFirst().keys()).isZero();
  }

  private static void play(
      Limits limits,
      int seed,
      AtomicInteger[] held,
      AtomicInteger worst,
      AtomicInteger refused,
      CountDownLatch ready) {
    CallLimiter limiter = limits.on(new ManualLoop());
    SplittableRandom random = new SplittableRandom(seed);
    CapturedFlow flow = CapturedFlow.udp("192.0.2.9", 5060);
    List<SipRequest> requests = List.of(invite(0), invite(1));
    List<ArrayDeque<CallLimits>> mine = List.of(new ArrayDeque<>(), new ArrayDeque<>());
    ready.countDown();
    for (int i = 0; i < ROUNDS; i++) {
      int user = random.nextInt(2);
      if (random.nextBoolean()) {
        CallLimits call = Objects.requireNonNull(limiter.begin(requests.get(user), flow, false));
        if (call.take(requests.get(user), null, null) == null) {
          worst.accumulateAndGet(held[user].incrementAndGet(), Math::max);
          mine.get(user).add(call);
        } else {
          refused.incrementAndGet();
          call.release();
        }
      } else if (!mine.get(user).isEmpty()) {
        // Counted down before it is given back: what is seen is never more than what is held.
        held[user].decrementAndGet();
        mine.get(user).remove().release();
      }
    }
    for (int user = 0; user < 2; user++) {
      for (CallLimits each : mine.get(user)) {
        held[user].decrementAndGet();
        each.release();
        each.release();
      }
    }
    assertThat(limiter.live()).isZero();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.RefusalCause;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Calls per second of a backend, and which backend a call waits for. */
class CallRateLimiterTest {
  private static final long MS = 1_000_000;
  private static final long START = 1_000_000_000L;

  private static PickRequest call(Backend... tried) {
    return new PickRequest(1, List.of(tried), null, true);
  }

  @Test
  void spacesPlacesEvenlyAndRefusesWhatIsTooLate() {
    CallRateLimiter pace = new CallRateLimiter();
    pace.perSecond(10);
    assertThat(pace.reserve(START, 250 * MS)).isZero();
    assertThat(pace.reserve(START, 250 * MS)).isEqualTo(100 * MS);
    assertThat(pace.reserve(START, 250 * MS)).isEqualTo(200 * MS);
    assertThat(pace.reserve(START, 250 * MS)).isEqualTo(CallRateLimiter.REFUSED);
    assertThat(pace.waitNs(START)).as("a refusal takes nothing").isEqualTo(300 * MS);
    assertThat(pace.reserve(START + 60 * MS, 250 * MS)).isEqualTo(240 * MS);
    assertThat(pace.reserve(START + 900 * MS, 0)).isZero();
    assertThat(pace.reserve(START + 999 * MS, 0)).isEqualTo(CallRateLimiter.REFUSED);
    assertThat(pace.reserve(START + 1000 * MS, 0)).isZero();
  }

  @Test
  void withoutALimitNobodyWaits() {
    CallRateLimiter pace = new CallRateLimiter();
    pace.perSecond(1);
    assertThat(pace.reserve(START, 0)).isZero();
    pace.perSecond(0);
    assertThat(pace.limited()).isFalse();
    assertThat(pace.waitNs(START)).isZero();
    assertThat(pace.reserve(START, 0)).isZero();
  }

  @Test
  void noSecondHasMoreWhateverTheOrderOfArrivals() {
    CallRateLimiter pace = new CallRateLimiter();
    pace.perSecond(7);
    java.util.SplittableRandom random = new java.util.SplittableRandom(11);
    List<Long> times = new ArrayList<>();
    long now = START;
    for (int i = 0; i < 5000; i++) {
      now += random.nextLong(200 * MS);
      long wait = pace.reserve(now, 500 * MS);
      if (wait >= 0) {
        assertThat(wait).isLessThanOrEqualTo(500 * MS);
        times.add(now + wait);
      }
    }
    for (int i = 7; i < times.size(); i++) {
      assertThat(times.get(i) - times.get(i - 7)).isGreaterThanOrEqualTo(1000 * MS);
    }
    assertThat(times).hasSizeGreaterThan(3000);
  }

  @Test
  void threadsNeverGetTheSamePlace() throws InterruptedException {
    CallRateLimiter pace = new CallRateLimiter();
    pace.perSecond(1000);
    List<List<Long>> got = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    CountDownLatch go = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (List<Long> mine : got) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                await(go);
                for (int i = 0; i < 5000; i++) {
                  mine.add(pace.reserve(START, Long.MAX_VALUE / 2));
                }
              }));
    }
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    List<Long> all = got.stream().flatMap(List::stream).sorted().toList();
    assertThat(all).isEqualTo(IntStream.range(0, 15_000).mapToObj(i -> i * MS).toList());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aPlaceNowIsBetterThanAShortWaitAndAShortWaitBetterThanALongOne() {
    PoolRig farm =
        PoolRig.of(
            "balance: priority",
            "health: off",
            "cps-queue: 300ms",
            "backends:",
            "  - {name: b1, uri: 'sip:10.0.0.1', max-cps: 4}",
            "  - {name: b2, uri: 'sip:10.0.0.2', max-cps: 10}",
            "  - {name: b3, uri: 'sip:10.0.0.3', max-cps: 20, priority: 2}");
    Pool pool = farm.pool();
    List<String> chosen = new ArrayList<>();
    for (Backend next = pool.pick(0, call(), START);
        next != null;
        next = pool.pick(0, call(), START)) {
      chosen.add(next.name() + " " + pool.reserve(next, START) / MS);
    }
    assertThat(chosen)
        .containsExactly(
            "b1 0", "b2 0", "b3 0", "b2 100", "b2 200", "b1 250", "b2 300", "b3 50", "b3 100",
            "b3 150", "b3 200", "b3 250", "b3 300");
    assertThat(pool.nobody(call())).isEqualTo(RefusalCause.OVERFLOW);
    PickRequest message = new PickRequest(1, List.of(), null, false);
    assertThat(pool.pick(0, message, START)).hasToString("b1");
    PickRequest all = call(pool.backends().toArray(new Backend[0]));
    assertThat(pool.nobody(all)).isEqualTo(RefusalCause.NO_HEALTHY_BACKEND);
  }

  @Test
  void aReloadChangesTheRateAndKeepsWhatIsReserved() {
    PoolRig farm = PoolRig.of("health: off", PoolRig.backends(1, "max-cps: 2"));
    Backend b1 = farm.backend("b1");
    assertThat(farm.pool().reserve(b1, START)).isZero();
    farm.reload("health: off", PoolRig.backends(1, "max-cps: 100"));
    assertThat(farm.backend("b1")).isSameAs(b1);
    assertThat(farm.pool().reserve(b1, START)).isEqualTo(500 * MS);
    assertThat(farm.pool().reserve(b1, START + 510 * MS)).isZero();
  }
}

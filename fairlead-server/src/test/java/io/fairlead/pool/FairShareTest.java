// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two Fairleads that know nothing of each other, each with two loops, in front of ten FreeSWITCHes
 * of unequal sizes: 500 calls per second, of random length, some with one leg and most with two;
 * each FreeSWITCH says every 20 s how many legs it has, and nothing between.
 */
class FairShareTest {
  private static final int BACKENDS = 10;
  private static final double CALLS_PER_SECOND = 500;
  private static final double MEAN_SECONDS = 8;
  private static final double BEAT_SECONDS = 20;
  private static final double WARM_SECONDS = 100;
  private static final double END_SECONDS = 400;

  private record Event(double at, Runnable what) {}

  private final SplittableRandom random = new SplittableRandom(2026);
  private final PriorityQueue<Event> events =
      new PriorityQueue<>((one, other) -> Double.compare(one.at(), other.at()));
  private final int[] legs = new int[BACKENDS];
  private final double[] usedSum = new double[BACKENDS];
  private final List<PoolRig> fairleads = new ArrayList<>();
  private double now;
  private int samples;
  private double busiestSum;

  @ParameterizedTest
  @ValueSource(strings = {"p2c", "least-load"})
  void theBusiestBackendIsWithinATenthOfItsFairShare(String balance) {
    for (int i = 0; i < 2; i++) {
      fairleads.add(
          PoolRig.seeded(
              i, 2, "balance: " + balance, "health: off", PoolRig.backends(BACKENDS, "")));
    }
    for (int i = 0; i < BACKENDS; i++) {
      beat(i);
      int backend = i;
      at(random.nextDouble() * BEAT_SECONDS, () -> beats(backend));
    }
    at(0, this::call);
    at(WARM_SECONDS, this::sample);
    for (Event next = events.poll(); next.at() < END_SECONDS; next = events.poll()) {
      now = next.at();
      next.what().run();
    }
    double all = 0;
    double busiest = 0;
    for (int i = 0; i < BACKENDS; i++) {
      all += usedSum[i] * size(i);
      busiest = Math.max(busiest, usedSum[i] / samples);
    }
    double ideal = all / samples / totalSize();
    assertThat(ideal).isBetween(0.5, 0.75);
    assertThat(busiest / ideal).as("over the whole time").isBetween(1.0, 1.02);
    assertThat(busiestSum / samples).as("whoever it is at a moment").isBetween(1.0, 1.1);
  }

  private void at(double when, Runnable what) {
    events.add(new Event(when, what));
  }

  private static int size(int backend) {
    return 200 * (backend + 1);
  }

  private static int totalSize() {
    return 100 * BACKENDS * (BACKENDS + 1);
  }

  private double exponential(double mean) {
    return -mean * StrictMath.log(1 - random.nextDouble());
  }

  private void call() {
    int loop = random.nextInt(2);
    Pool pool = fairleads.get(random.nextInt(2)).pool();
    Backend picked =
        java.util.Objects.requireNonNull(pool.pick(loop, random.nextLong(), List.of()));
    CallSlot live = picked.occupy(loop);
    int backend = pool.backends().indexOf(picked);
    int itsLegs = random.nextInt(10) < 7 ? 2 : 1;
    legs[backend] += itsLegs;
    at(
        now + exponential(MEAN_SECONDS),
        () -> {
          live.release();
          legs[backend] -= itsLegs;
        });
    at(now + exponential(1 / CALLS_PER_SECOND), this::call);
  }

  private void beats(int backend) {
    beat(backend);
    at(now + BEAT_SECONDS, () -> beats(backend));
  }

  private void beat(int number) {
    for (PoolRig fairlead : fairleads) {
      Backend backend = fairlead.pool().backends().get(number);
      long receivedNs = (long) (now * 1e9);
      int load = backend.load();
      backend
          .freeSwitch()
          .onFigures(PoolRig.figures(legs[number], size(number), 90, receivedNs, load, false));
      fairlead.loop.runCommands();
    }
  }

  private void sample() {
    samples++;
    double all = 0;
    double busiest = 0;
    for (int i = 0; i < BACKENDS; i++) {
      double used = (double) legs[i] / size(i);
      usedSum[i] += used;
      all += legs[i];
      busiest = Math.max(busiest, used);
    }
    busiestSum += busiest / (all / totalSize());
    at(now + 0.5, this::sample);
  }
}

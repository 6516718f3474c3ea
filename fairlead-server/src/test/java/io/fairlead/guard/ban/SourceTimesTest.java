// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SourceTimesTest {
  @Test
  void holdsWhatAMapHolds() {
    SplittableRandom random = new SplittableRandom(1);
    SourceTimes times = new SourceTimes(500);
    Map<Long, Long> map = new HashMap<>();
    for (int i = 0; i < 200_000; i++) {
      long key = random.nextInt(1000) == 0 ? 0 : random.nextLong(800) << 32;
      switch (random.nextInt(3)) {
        case 0 -> {
          times.remove(key);
          map.remove(key);
        }
        default -> {
          long time = 1L + random.nextInt(100);
          boolean room = map.size() < 500 || map.containsKey(key);
          assertThat(times.put(key, time)).isEqualTo(room);
          if (room) {
            map.put(key, time);
          }
        }
      }
      if (i % 20_000 == 0) {
        times.removeIf(time -> time < 20);
        map.values().removeIf(time -> time < 20);
      }
      assertThat(times.get(key)).isEqualTo(map.getOrDefault(key, 0L));
    }
    assertThat(times.size()).isEqualTo(map.size());
    map.forEach((key, time) -> assertThat(times.get(key)).isEqualTo(time));
  }

  @Test
  void readersSeeWhatIsThereWhileItGrows() throws InterruptedException {
    SourceTimes times = new SourceTimes(1_000_000);
    AtomicLong put = new AtomicLong();
    AtomicLong wrong = new AtomicLong();
    AtomicLong looked = new AtomicLong();
    AtomicBoolean end = new AtomicBoolean();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              SplittableRandom random = new SplittableRandom(2);
              while (!end.get()) {
                long upTo = put.get();
                if (upTo > 0) {
                  long key = 1 + random.nextLong(upTo);
                  wrong.addAndGet(times.get(key) == key * 3 ? 0 : 1);
                  wrong.addAndGet(times.get(-key) == 0 ? 0 : 1);
                  looked.incrementAndGet();
                }
              }
            });
    for (long key = 1; key <= 300_000; key++) {
      times.put(key, key * 3);
      put.set(key);
    }
    while (looked.get() < 1000) {
      Thread.onSpinWait();
    }
    end.set(true);
    reader.join();

    assertThat(wrong.get()).isZero();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OffenceQueueTest {
  private static final InetAddress SOURCE = InetAddress.ofLiteral("192.0.2.1");

  @Test
  void givesInOrderAndRefusesWhenFull() {
    OffenceQueue queue = new OffenceQueue(4);
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 4; i++) {
        assertThat(queue.offer(SOURCE, i)).isTrue();
      }
      assertThat(queue.offer(SOURCE, 9)).isFalse();
      for (int i = 0; i < 4; i++) {
        assertThat(queue.poll()).isSameAs(SOURCE);
        assertThat(queue.kind()).isEqualTo(i);
      }
      assertThat(queue.poll()).isNull();
    }
  }

  @Test
  void losesNothingThatItTook() throws InterruptedException {
    OffenceQueue queue = new OffenceQueue(64);
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger running = new AtomicInteger(3);
    List<Thread> loops = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      loops.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int n = 0; n < 100_000; n++) {
                  if (queue.offer(SOURCE, 1)) {
                    taken.incrementAndGet();
                  }
                }
                running.decrementAndGet();
              }));
    }
    int seen = 0;
    while (running.get() > 0) {
      seen += queue.poll() == null ? 0 : 1;
    }
    for (Thread each : loops) {
      each.join();
    }
    while (queue.poll() != null) {
      seen++;
    }

    assertThat(seen).isEqualTo(taken.get()).isPositive();
  }
}

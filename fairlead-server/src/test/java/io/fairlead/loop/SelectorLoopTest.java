// SPDX-License-Identifier: Apache-2.0
package io.fairlead.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SelectorLoopTest {
  private final AtomicInteger errors = new AtomicInteger();
  private final SelectorLoop loop = new SelectorLoop(3, errors::incrementAndGet);

  @BeforeEach
  void start() {
    loop.start();
  }

  @AfterEach
  void stop() {
    assertThat(loop.stop(Duration.ofSeconds(5))).isTrue();
  }

  private void settle() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    loop.execute(done::countDown);
    assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void runsCommandsOfOneThreadInOrder() throws InterruptedException {
    List<Integer> seen = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      int number = i;
      loop.execute(() -> seen.add(number));
    }
    settle();
    assertThat(seen).hasSize(100_000).isSorted();
  }

  @Test
  void tellsForHowLongItHasHadNoRest() throws InterruptedException {
    List<Long> standing = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(1);
    Runnable busy =
        new Runnable() {
          @Override
          public void run() {
            standing.add(loop.standingQueueNs());
            if (standing.size() < 1000) {
              loop.execute(this);
            } else {
              done.countDown();
            }
          }
        };
    loop.execute(busy);
    assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(standing.getFirst()).isLessThan(20_000_000);
    assertThat(standing.stream().filter(ns -> ns > 0).count())
        .as("but where the machine has made a pause")
        .isGreaterThan(500);
    long cycles = loop.cycles();
    for (long ns : standing) {
      assertThat(ns).isBetween(0L, cycles * 10_000_000);
    }
    Thread.sleep(20);
    CountDownLatch idle = new CountDownLatch(1);
    loop.execute(() -> {
      standing.add(loop.standingQueueNs());
      idle.countDown();
    });
    assertThat(idle.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(standing.getLast()).isZero();
  }

  @Test
  void losesNoCommandOfManyThreads() throws InterruptedException {
    int[] count = new int[1];
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < 20_000; i++) {
                  loop.execute(() -> count[0]++);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    settle();
    assertThat(count[0]).isEqualTo(80_000);
  }

  @Test
  void knowsItsOwnThread() throws InterruptedException {
    List<Object> seen = new ArrayList<>();
    loop.execute(() -> {
      seen.add(loop.inLoop());
      seen.add(SelectorLoop.current() == loop);
      seen.add(Thread.currentThread().getName());
    });
    settle();
    assertThat(seen).containsExactly(true, true, "fl-loop-3");
    assertThat(loop.inLoop()).isFalse();
    assertThat(SelectorLoop.current()).isNull();
  }

  @Test
  void neverWakesWhileIdle() throws InterruptedException {
    settle();
    settle();
    long before = loop.cycles();
    // Nothing can be awaited here: the test is that nothing happens. A tick of 8 ms would wake it
    // some 40 times.
    Thread.sleep(350);
    assertThat(loop.cycles() - before).isLessThanOrEqualTo(1);
  }

  @Test
  void wakesForATimerAndForNothingElse() throws InterruptedException {
    CountDownLatch fired = new CountDownLatch(1);
    loop.execute(() -> loop.timers().schedule(Timer.of(fired::countDown), 200_000_000L));
    settle();
    long before = loop.cycles();
    assertThat(fired.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(loop.cycles() - before).isLessThanOrEqualTo(6);
  }

  @Test
  void outlivesWhatACommandThrows() throws InterruptedException {
    loop.execute(() -> {
      throw new AssertionError("on purpose");
    });
    settle();
    assertThat(errors).hasValue(1);
  }

  @Test
  void firesTheOtherTimersWhenOneThrows() throws InterruptedException {
    CountDownLatch fired = new CountDownLatch(2);
    loop.execute(() -> {
      loop.timers().schedule(Timer.of(fired::countDown), 20_000_000L);
      loop.timers()
          .schedule(
              Timer.of(() -> {
                throw new IllegalStateException("on purpose");
              }),
              20_000_000L);
      loop.timers().schedule(Timer.of(fired::countDown), 20_000_000L);
    });
    assertThat(fired.await(5, TimeUnit.SECONDS)).isTrue();
    settle();
    assertThat(errors).hasValue(1);
  }

  @Test
  void hasWhoeverAStepWasForEndItAndGoesOn() throws InterruptedException {
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    loop.execute(() -> {
      StepFailureHandler outer = () -> told.add("outer");
      loop.steps().isFor(outer);
      StepFailureHandler before = loop.steps().isFor(() -> told.add("done"));
      loop.steps().back(before);
      loop.steps()
          .isFor(() -> {
            told.add("inner");
            throw new IllegalStateException("on purpose, again");
          });
      throw new IllegalStateException("on purpose");
    });
    loop.execute(() -> {
      throw new IllegalStateException("on purpose, for nobody");
    });
    settle();
    assertThat(told).containsExactly("inner");
    assertThat(errors.get()).isEqualTo(3);
  }

  @Test
  void firesARepeatingTimerAgainThatThrew() throws InterruptedException {
    CountDownLatch twice = new CountDownLatch(2);
    loop.execute(() ->
        loop.timers()
            .schedule(
                Timer.of(() -> {
                  twice.countDown();
                  throw new IllegalStateException("on purpose");
                }),
                0));
    assertThat(twice.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void tellsWhenAChannelIsReady() throws IOException, InterruptedException {
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    CountDownLatch read = new CountDownLatch(1);
    loop.execute(() -> {
      try {
        loop.register(pipe.source(), SelectionKey.OP_READ, key -> take(pipe, read));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    });
    pipe.sink().write(ByteBuffer.wrap(new byte[] {1}));
    assertThat(read.await(5, TimeUnit.SECONDS)).isTrue();
    pipe.sink().close();
    pipe.source().close();
  }

  private static void take(Pipe pipe, CountDownLatch read) {
    try {
      if (pipe.source().read(ByteBuffer.allocate(1)) == 1) {
        read.countDown();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void runsWhatIsQueuedBeforeItStops() {
    SelectorLoop other = new SelectorLoop(0, errors::incrementAndGet);
    AtomicInteger ran = new AtomicInteger();
    other.start();
    for (int i = 0; i < 5000; i++) {
      other.execute(ran::incrementAndGet);
    }
    assertThat(other.stop(Duration.ofSeconds(5))).isTrue();
    assertThat(ran).hasValue(5000);
    other.execute(ran::incrementAndGet);
    assertThat(ran).hasValue(5000);
  }

  @Test
  void measuresTheShareOfTimeItIsAwake() {
    BusyMeter meter = new BusyMeter();
    long start = System.nanoTime() + 1_000_000_000L;
    meter.permille(start);
    meter.sleeps(start);
    meter.wakes(start + 750_000_000L);
    assertThat(meter.permille(start + 1_000_000_000L)).isEqualTo(250);
    meter.sleeps(start + 1_000_000_000L);
    assertThat(meter.permille(start + 2_000_000_000L)).isZero();
  }

  @Test
  void isNotBorrowedByAThreadThatIsNoLoop() throws InterruptedException {
    settle();
    assertThat(loop.borrow()).isFalse();
  }

  @Test
  void aSleepingLoopIsBorrowedByAnotherAndGivenBack() throws InterruptedException {
    SelectorLoop other = otherLoop();
    List<Object> seen = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(1);
    other.execute(() -> {
      while (!loop.borrow()) {
        Thread.onSpinWait();
      }
      seen.add(loop.inLoop());
      seen.add(other.inLoop());
      seen.add(loop.borrow());
      loop.giveBack();
      seen.add(loop.inLoop());
      seen.add(other.inLoop());
      done.countDown();
    });
    assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();
    stop(other);
    assertThat(seen).containsExactly(true, false, false, false, true);
  }

  @Test
  void wakesForATimerThatABorrowerArmed() throws InterruptedException {
    SelectorLoop other = otherLoop();
    CountDownLatch fired = new CountDownLatch(1);
    List<String> by = new ArrayList<>();
    other.execute(() -> {
      while (!loop.borrow()) {
        Thread.onSpinWait();
      }
      loop.timers()
          .schedule(
              Timer.of(() -> {
                by.add(Thread.currentThread().getName());
                fired.countDown();
              }),
              20_000_000L);
      loop.giveBack();
    });
    assertThat(fired.await(5, TimeUnit.SECONDS)).isTrue();
    stop(other);
    assertThat(by).containsExactly("fl-loop-3");
  }

  // Plain fields, three threads: a message handed over in place or by the queue is never lost,
  // doubled or overtaken, and never two threads are the loop at once.
  @Test
  void keepsOrderWhetherBorrowedOrQueued() throws InterruptedException {
    int messages = 200_000;
    List<SelectorLoop> senders = List.of(otherLoop(), otherLoop());
    int[] last = new int[senders.size()];
    int[] wrong = new int[1];
    boolean[] inside = new boolean[1];
    CountDownLatch sent = new CountDownLatch(senders.size());
    for (int s = 0; s < senders.size(); s++) {
      int sender = s;
      senders
          .get(s)
          .execute(() -> {
            for (int i = 1; i <= messages; i++) {
              int number = i;
              Runnable receive =
                  () -> {
                    wrong[0] += inside[0] || last[sender] != number - 1 ? 1 : 0;
                    inside[0] = true;
                    last[sender] = number;
                    inside[0] = false;
                  };
              if (loop.borrow()) {
                receive.run();
                loop.giveBack();
              } else {
                loop.execute(receive);
              }
            }
            sent.countDown();
          });
    }
    assertThat(sent.await(60, TimeUnit.SECONDS)).isTrue();
    settle();
    senders.forEach(SelectorLoopTest::stop);
    assertThat(last).containsOnly(messages);
    assertThat(wrong[0]).isZero();
  }

  private SelectorLoop otherLoop() {
    SelectorLoop other = new SelectorLoop(4, errors::incrementAndGet);
    other.start();
    return other;
  }

  private static void stop(SelectorLoop other) {
    assertThat(other.stop(Duration.ofSeconds(5))).isTrue();
  }
}

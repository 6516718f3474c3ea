// SPDX-License-Identifier: Apache-2.0
package io.fairlead.esl;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.loop.Loop;
import io.fairlead.loop.Loops;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A client on a real loop, and what it tells: one line for each report. Owned by one test. */
final class EslRig implements AutoCloseable, EslListener {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final AtomicInteger errors = new AtomicInteger();
  private final Loops loops = new Loops(1, errors::incrementAndGet);
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final BlockingQueue<EslEvent> events = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final EslClient client = new EslClient();
  private volatile EslSession session = EslSession.NONE;

  EslRig() {
    loops.start();
  }

  Loop home() {
    return loops.get(0);
  }

  EslClient client() {
    return client;
  }

  EslRig open(InetSocketAddress address, EslSettings settings) {
    session = client.open(new EslTarget("fs1", address, settings), home(), this);
    return this;
  }

  EslRig open(EslSimulator simulator, Duration timeout) {
    return open(simulator.address(), simulator.settings(timeout));
  }

  void api(String command) {
    home().execute(() -> session.api(command, answer -> answers.add(text(answer))));
  }

  private String text(EslReply answer) {
    assertThat(home().inLoop()).isTrue();
    return switch (answer) {
      case EslReply.Text(String body) -> body;
      case EslReply.Failed(String why) -> "failed: " + why;
    };
  }

  void hasten() {
    home().execute(() -> session.hasten());
  }

  void closeSession() {
    home().execute(session::close);
  }

  /** The next report. */
  String told() {
    return next(told, "a report");
  }

  EslEvent event() {
    return next(events, "an event");
  }

  String answer() {
    return next(answers, "an answer");
  }

  private static <T> T next(BlockingQueue<T> queue, String what) {
    try {
      T found = queue.poll(LONG.toSeconds(), TimeUnit.SECONDS);
      if (found != null) {
        return found;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new AssertionError(what + " did not come");
  }

  /** Reports that nobody has taken. */
  int untaken() {
    return told.size() + events.size() + answers.size();
  }

  /** Returns when all that the loop was given before has run. */
  void settle() {
    BlockingQueue<String> done = new LinkedBlockingQueue<>();
    home().execute(() -> done.add("done"));
    next(done, "the loop's turn");
  }

  /** Waits until it is so. */
  static void await(BooleanSupplier so) {
    long end = System.nanoTime() + LONG.toNanos();
    while (!so.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it did not become so");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Override
  public void onConnected() {
    told.add("connected");
  }

  @Override
  public void onEvent(EslEvent event) {
    events.add(event);
  }

  @Override
  public void onUnreadable() {
    told.add("unreadable");
  }

  @Override
  public void onDown(EslSessionError problem, String why) {
    told.add(problem + " " + why);
  }

  @Override
  public void close() {
    client.close();
    loops.stop(Duration.ofSeconds(5));
    assertThat(errors).as("errors on the loop, told in the log").hasValue(0);
  }
}

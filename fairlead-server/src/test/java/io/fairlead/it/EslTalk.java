// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import io.fairlead.config.Secret;
import io.fairlead.esl.EslClient;
import io.fairlead.esl.EslEvent;
import io.fairlead.esl.EslListener;
import io.fairlead.esl.EslReply;
import io.fairlead.esl.EslSession;
import io.fairlead.esl.EslSessionError;
import io.fairlead.esl.EslSettings;
import io.fairlead.esl.EslSimulator;
import io.fairlead.esl.EslTarget;
import io.fairlead.loop.Loop;
import io.fairlead.loop.Loops;
import io.fairlead.loop.Timer;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A program: a simulated event socket and the client beside it, which asks it something every half
 * second and writes what it hears, a line for each. Owned by one loop.
 */
final class EslTalk implements EslListener {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration EVERY = Duration.ofMillis(500);

  private final Loop home;
  private final EslSession session;
  private final Timer next = Timer.of(this::ask);
  private long answeredNs;

  private EslTalk(Loop home, InetSocketAddress address) {
    this.home = home;
    EslSettings settings =
        new EslSettings(
            Secret.of(EslSimulator.PASSWORD),
            address.getPort(),
            null,
            TIMEOUT,
            Duration.ofSeconds(5),
            Duration.ofMillis(500),
            Duration.ofSeconds(2),
            "[^-@]+",
            20_000);
    this.session = new EslClient().open(new EslTarget("fs1", address, settings), home, this);
  }

  public static void main(String[] arguments) throws InterruptedException {
    String[] part = arguments[0].split(":");
    InetSocketAddress address = new InetSocketAddress(part[0], Integer.parseInt(part[1]));
    try (EslSimulator simulator = EslSimulator.start(address)) {
      Loops loops = new Loops(1, () -> {});
      loops.start();
      EslTalk talk = new EslTalk(loops.get(0), simulator.address());
      loops.get(0).execute(talk::ask);
      Thread.currentThread().join();
    }
  }

  private void ask() {
    session.api("fsctl pause_check inbound", this::onAnswer);
    home.timers().schedule(next, EVERY.toNanos());
  }

  private void onAnswer(EslReply answer) {
    if (answer instanceof EslReply.Text(String body)) {
      answeredNs = home.nowNs();
      System.out.println("answer " + body);
    }
  }

  @Override
  public void onConnected() {
    System.out.println("connected");
  }

  @Override
  public void onEvent(EslEvent event) {
    System.out.println("event " + event.name());
  }

  @Override
  public void onUnreadable() {
    throw new AssertionError("an event that cannot be read");
  }

  @Override
  public void onDown(EslSessionError problem, String why) {
    long silentMs = (home.nowNs() - answeredNs) / 1_000_000;
    System.out.println("down " + problem + " " + why + " after " + silentMs + " ms");
  }
}

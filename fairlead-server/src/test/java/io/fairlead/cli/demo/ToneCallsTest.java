// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.cli.demo.RelayFigures.EndedCall;
import io.fairlead.cli.demo.tone.ToneLoop;
import io.fairlead.cli.demo.tone.TonePhone;
import io.fairlead.cli.demo.tone.ToneStranger;
import io.fairlead.observe.Meters;
import io.fairlead.server.Fairlead;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The phones of the media demo, with a real Fairlead between them. */
@SuppressWarnings("NullAway.Init") // each test calls start first
@Timeout(60)
class ToneCallsTest {
  private final Meters meters = new Meters();
  private final ToneTally tally = new ToneTally();
  private final ToneLine line = new ToneLine(1);
  private final ToneLoop tones = new ToneLoop();
  private TempFolder stage;
  private Fairlead fairlead;
  private ToneCallee callees;
  private ToneCaller callers;
  private RelayFigures figures;

  private static String configuration(String media) {
    return """
    listeners: [ 'udp://127.0.0.1:0' ]
    media:
      relay: { address: 127.0.0.1, kernel: off, relearn-after: 300ms }
    registrars:
      phones: { domains: [ demo.example ], users: off }
    routes:
      - { match: { method: REGISTER }, registrar: phones }
      - { match: { location: phones }, to-location: phones, media: %s }
    log: { calls: on, file: calls.log, registrations: off, level: error }
    """
        .formatted(media);
  }

  private void start(String media) throws Exception {
    stage = new TempFolder();
    fairlead = Fairlead.start(stage.plan(configuration(media)), meters);
    figures = new RelayFigures(meters, stage.file("calls.log"));
    InetSocketAddress target = fairlead.listeners().getFirst().bound();
    callees = new ToneCallee(target, tones, tally, new SplittableRandom(1));
    callers = new ToneCaller(target, tones, tally, new SplittableRandom(2));
    callees.register(List.of(line));
    await(() -> callees.registered() == 1);
    callers.place(line);
    await(() -> line.state() == ToneLine.State.TALKING);
  }

  @AfterEach
  void stop() throws Exception {
    callers.close();
    callees.close();
    tones.close();
    fairlead.stop(Duration.ZERO);
    stage.close();
  }

  private TonePhone caller() {
    return Objects.requireNonNull(line.callerPhone());
  }

  private TonePhone callee() {
    return Objects.requireNonNull(line.calleePhone());
  }

  private boolean bothHear() {
    return caller().hears() && callee().hears();
  }

  @Test
  void bothHearEachOtherAndAHoldAndAStrangerChangeWhatTheyShould() throws Exception {
    start("relay");
    await(this::bothHear);
    callers.hold(line);
    await(() -> line.state() == ToneLine.State.HELD && !caller().hears());
    await(() -> callee().hears());
    callers.resume(line);
    await(() -> line.state() == ToneLine.State.TALKING && bothHear());
    ToneStranger stranger =
        new ToneStranger(
            InetAddress.ofLiteral("127.0.3.1"),
            List.of(
                Objects.requireNonNull(caller().target()),
                Objects.requireNonNull(callee().target())));
    tones.add(stranger);
    await(() -> figures.strangers() > 50);
    tones.remove(stranger);
    assertThat(bothHear()).isTrue();
    line.move();
    await(() -> figures.relearned() == 1 && bothHear());
    await(() -> caller().listenedMs() > 2500);
    callers.finish();

    assertThat(tally.total().good()).as(tally.total().toString()).isTrue();
    assertThat(tally.total().phones()).isEqualTo(2);
    await(() -> !ended().isEmpty());
    EndedCall ended = ended().getFirst();
    assertThat(ended.line()).isEqualTo(1);
    assertThat(ended.codec()).isEqualTo("PCMA/8000");
    assertThat(ended.fromCaller().packets()).isBetween(100L, caller().sent());
  }

  @Test
  void withoutARelayNobodyHearsAnything() throws Exception {
    start("bypass");
    await(() -> caller().listenedMs() > 2500 && callee().listenedMs() > 2500);
    callers.finish();

    assertThat(tally.total().failed()).isZero();
    assertThat(tally.total().heard()).isZero();
    assertThat(tally.total().good()).isFalse();
    assertThat(tally.total().reasons()).containsKeys("a1 heard nothing", "b1 heard nothing");
  }

  private List<EndedCall> ended() {
    try {
      return figures.ended();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void await(BooleanSupplier reached) throws InterruptedException {
    while (!reached.getAsBoolean()) {
      Thread.sleep(2);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.loop.ManualLoop;
import io.fairlead.loop.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A WebSocket connection that asks its peer for signs of life, and others who ask too. */
class WebSocketPingsTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long RTT_NS = 40_000_000;

  private final ManualLoop loop = new ManualLoop();
  private final Wire wire = new Wire();
  private final ConnectionPings pings =
      new ConnectionPings(CapturedFlow.tcp("192.0.2.1", 5060), loop);
  private final WebSocketFraming framing = new WebSocketFraming(wire);
  private final List<Long> rttMs = new ArrayList<>();
  private final PongListener listener = (flow, rttNs) -> rttMs.add(rttNs / 1_000_000);
  private final Random random = new Random(7);
  private final Timer registrar = Timer.of(this::keepalive);
  private long meanNs = 25 * SECOND_NS;

  WebSocketPingsTest() {
    framing.begin();
    receive(RawWebSocket.UPGRADE);
    wire.pingedMs.clear();
  }

  // As a registrar does: at intervals that are a fifth longer or shorter, unless one was sent
  // within half of one.
  private void keepalive() {
    ask(meanNs / 2);
    long spreadNs = meanNs / 5;
    loop.timers().schedule(registrar, meanNs - spreadNs + random.nextLong(2 * spreadNs + 1));
  }

  private void ask(long recentNs) {
    if (pings.ask(recentNs, listener)) {
      framing.ping();
    }
  }

  private void receive(String text) {
    byte[] bytes = StreamRig.bytes(text);
    framing.received(bytes, 0, bytes.length);
  }

  private List<Long> gapsMs() {
    List<Long> gaps = new ArrayList<>();
    for (int i = 1; i < wire.pingedMs.size(); i++) {
      gaps.add(wire.pingedMs.get(i) - wire.pingedMs.get(i - 1));
    }
    return gaps;
  }

  @Test
  void pingsEachIntervalWhenNobodyElseAsks() {
    loop.advance(Duration.ofMinutes(10));
    assertThat(gapsMs()).hasSizeBetween(22, 23).allMatch(gap -> gap >= 25_000 && gap < 25_100);
  }

  @Test
  void sendsOnePingForItselfAndForARegistrar() {
    keepalive();
    loop.advance(Duration.ofHours(10));
    // Each question of the registrar is answered, and yet hardly more leave than one each 25 s.
    assertThat(rttMs).hasSizeBetween(1380, 1520).allMatch(each -> each == 40 || each == 41);
    assertThat(gapsMs()).allMatch(gap -> gap >= 12_500 && gap < 25_100);
    assertThat(wire.pingedMs).hasSizeBetween(1440, 1530);
  }

  @Test
  void pingsAsOftenAsARegistrarWantsIt() {
    meanNs = 5 * SECOND_NS;
    keepalive();
    loop.advance(Duration.ofHours(1));
    assertThat(gapsMs()).hasSizeBetween(690, 750).allMatch(gap -> gap >= 4000 && gap <= 6000);
    assertThat(rttMs).hasSameSizeAs(wire.pingedMs);
  }

  @Test
  void answersWhoAsksSoonAfterAPingByWhatThatTold() {
    loop.advance(Duration.ofSeconds(26));
    assertThat(wire.pingedMs).hasSize(1);
    ask(10 * SECOND_NS);
    assertThat(rttMs).isEmpty();
    loop.runCommands();
    assertThat(rttMs).hasSize(1);
    assertThat(wire.pingedMs).hasSize(1);
  }

  @Test
  void letsTheAnswerThatIsUnderWayServeAll() {
    loop.advance(Duration.ofMillis(25_020));
    assertThat(wire.pingedMs).hasSize(1);
    ask(10 * SECOND_NS);
    loop.runCommands();
    assertThat(rttMs).isEmpty();
    loop.advanceMs(100);
    assertThat(rttMs).hasSize(1);
    assertThat(wire.pingedMs).hasSize(1);
  }

  @Test
  void cutsAPeerThatAnswersNobody() {
    wire.answers = false;
    loop.advance(Duration.ofSeconds(24));
    ask(10 * SECOND_NS);
    loop.advance(Duration.ofMillis(9_900));
    assertThat(wire.ended).isNull();
    loop.advance(Duration.ofMillis(200));
    assertThat(wire.ended).isEqualTo("no answer to a ping");
    assertThat(wire.pingedMs).hasSize(1);
    assertThat(rttMs).isEmpty();
  }

  /** A connection to a peer that answers pings after 40 ms. */
  private final class Wire extends FakeLayeredConnection {
    final List<Long> pingedMs = new ArrayList<>();
    boolean answers = true;

    Wire() {
      super(ListenerSettings.of("ws://203.0.113.10:5060"), WebSocketPingsTest.this.loop);
    }

    @Override
    public void control(byte[] bytes, int from, int to) {
      if ((bytes[from] & 0xff) == 0x89) {
        pingedMs.add(manual.elapsedMs());
        if (answers) {
          manual.timers().schedule(Timer.of(() -> receive(RawWebSocket.frame(0x8a, ""))), RTT_NS);
        }
      }
    }

    @Override
    public void pinged() {
      pings.sent();
    }

    @Override
    public void pong() {
      pings.heard();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.loop.SelectorLoop;
import io.fairlead.media.MediaCall;
import io.fairlead.media.MediaObserver;
import io.fairlead.media.MediaReport;
import io.fairlead.media.MediaRequest;
import io.fairlead.media.ReceivedDescription;
import io.fairlead.media.engine.EngineSettings;
import io.fairlead.media.engine.RemoteEngine;
import io.fairlead.media.engine.UdpAddress;
import io.fairlead.media.ng.NgProtocol;
import io.fairlead.observe.Meters;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sdp.OfferAnswer.Side;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Debian's rtpengine as the engine of a call, and RTP through it. */
@Timeout(120)
class RtpengineIT {
  private static final int PACKETS = 50;

  private final InetSocketAddress ng = Loopback.free();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger lost = new AtomicInteger();
  private final SelectorLoop loop = new SelectorLoop(0, failures::incrementAndGet);
  private final MediaObserver observer =
      new MediaObserver() {
        @Override
        public void onSilence(@Nullable Side silent, Duration forLong) {}

        @Override
        public void onEngineLost() {
          lost.incrementAndGet();
        }
      };

  @BeforeEach
  void starts() {
    loop.start();
  }

  @AfterEach
  void stops() {
    assertThat(loop.stop(Duration.ofSeconds(5))).isTrue();
    assertThat(failures).hasValue(0);
  }

  private RemoteEngine engine() {
    EngineSettings settings = EngineSettings.ofRtpengine(new UdpAddress(ng));
    return NgProtocol.engine("rtp1", settings, loop, new Meters());
  }

  private static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private MediaCall open(RemoteEngine engine, String callId) {
    return engine.open(new MediaRequest(loop, callId, "a", "", ""), observer);
  }

  private String told(MediaCall call, boolean offer, Side from, String sdp) {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    byte[] bytes = sdp.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    loop.execute(() ->
        call.describe(
            new ReceivedDescription(offer, from, offer ? "" : "b", null, bytes),
            new MediaCall.Outcome() {
              @Override
              public void rewritten(byte[] text, int begin, int end) {
                outcome.complete(new String(text, begin, end - begin, StandardCharsets.UTF_8));
              }

              @Override
              public void untouched(String why) {
                outcome.complete(why);
              }

              @Override
              public void refused(RefusalCause cause) {
                outcome.complete(cause.toString());
              }
            }));
    return get(outcome);
  }

  @Test
  void relaysBothWaysAndTellsWhatPassed() {
    try (RtpengineProcess rtpengine = RtpengineProcess.start(ng);
        RemoteEngine engine = engine();
        RtpEnd caller = new RtpEnd(1);
        RtpEnd callee = new RtpEnd(2)) {
      assertThat(rtpengine).isNotNull();
      MediaCall call = open(engine, "both-ways");
      String offered = told(call, true, Side.CALLER, caller.sdp(96));
      String answered = told(call, false, Side.CALLEE, callee.sdp(101));

      assertThat(answered).contains("a=rtpmap:96 telephone-event/8000");
      assertThat(RtpEnd.place(offered)).isNotEqualTo(RtpEnd.place(caller.sdp(96)));
      assertThat(caller.sends(PACKETS, RtpEnd.place(answered), callee)).isEqualTo(PACKETS);
      assertThat(callee.sends(PACKETS, RtpEnd.place(offered), caller)).isEqualTo(PACKETS);

      CompletableFuture<MediaReport> end = new CompletableFuture<>();
      loop.execute(() -> call.end(end::complete));
      MediaReport.Stream stream = get(end).streams().getFirst();
      assertThat(stream.kind()).isEqualTo("audio");
      assertThat(stream.fromCaller().packets()).isEqualTo(PACKETS);
      assertThat(stream.fromCallee().packets()).isEqualTo(PACKETS);
      assertThat(stream.fromCaller().bytes()).isPositive();
    }
  }

  @Test
  void findsOutThatItWasStartedAnewAndThatItIsGone() {
    try (RemoteEngine engine = engine();
        RtpEnd caller = new RtpEnd(1)) {
      try (RtpengineProcess first = RtpengineProcess.start(ng)) {
        assertThat(first).isNotNull();
        MediaCall call = open(engine, "restarted");
        assertThat(told(call, true, Side.CALLER, caller.sdp(96))).contains("m=audio");
        assertThat(Loopback.await(Duration.ofSeconds(10), () -> engine.calls() == 1)).isTrue();
      }
      try (RtpengineProcess second = RtpengineProcess.start(ng)) {
        assertThat(second).isNotNull();
        assertThat(Loopback.await(Duration.ofSeconds(20), () -> lost.get() == 1)).isTrue();
        assertThat(Loopback.await(Duration.ofSeconds(20), engine::up)).isTrue();
        MediaCall call = open(engine, "gone");
        assertThat(told(call, true, Side.CALLER, caller.sdp(96))).contains("m=audio");
      }
      assertThat(Loopback.await(Duration.ofSeconds(20), () -> lost.get() == 2)).isTrue();
      assertThat(engine.up()).isFalse();
      assertThat(told(open(engine, "late"), true, Side.CALLER, caller.sdp(96)))
          .isEqualTo("NO_MEDIA_ENGINE");
    }
  }
}

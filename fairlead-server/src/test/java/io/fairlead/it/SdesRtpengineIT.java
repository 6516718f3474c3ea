// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.config.ConfigBinder;
import io.fairlead.config.YamlSource;
import io.fairlead.loop.SelectorLoop;
import io.fairlead.media.MediaCall;
import io.fairlead.media.MediaObserver;
import io.fairlead.media.MediaReport;
import io.fairlead.media.MediaRequest;
import io.fairlead.media.ReceivedDescription;
import io.fairlead.media.anchor.RelayEngine;
import io.fairlead.media.profile.MediaProfile;
import io.fairlead.media.profile.SidePreset;
import io.fairlead.media.profile.SideProfile;
import io.fairlead.media.profile.SrtpUse;
import io.fairlead.media.relay.Offload;
import io.fairlead.media.relay.PortRange;
import io.fairlead.media.relay.Relay;
import io.fairlead.media.relay.RelayNetwork;
import io.fairlead.media.relay.RelaySettings;
import io.fairlead.media.relay.StreamRequest;
import io.fairlead.media.srtp.CryptoSuite;
import io.fairlead.observe.Meters;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sdp.OfferAnswer.Side;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * SRTP between our relay and Debian's rtpengine, whose keys come by a=crypto, with every suite: RTP
 * goes in at one of them and comes out at the other, byte for byte.
 */
@Timeout(120)
@Execution(ExecutionMode.SAME_THREAD)
class SdesRtpengineIT {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();
  private static final int PACKETS = 50;
  private static final AtomicInteger COOKIES = new AtomicInteger();
  private static final MediaObserver NOBODY =
      new MediaObserver() {
        @Override
        public void onSilence(@Nullable Side silent, Duration forLong) {}

        @Override
        public void onEngineLost() {}
      };

  private final SelectorLoop loop = new SelectorLoop(0, () -> {});
  private final RelaySettings settings =
      ConfigBinder.bind(
              RelaySettings.class,
              YamlSource.of("relay", "{ ports: 60600-60699, address: 127.0.0.1, kernel: off }"))
          .orThrow();
  private final Relay relay =
      new Relay(
          settings,
          List.of(
              new RelayNetwork("in", HERE, HERE, new PortRange(60_600, 60_649)),
              new RelayNetwork("out", HERE, HERE, new PortRange(60_650, 60_699))),
          new Meters(),
          Offload.NONE);
  private final RelayEngine engine =
      new RelayEngine(
          "relay",
          settings,
          (between, kind, observer) ->
              relay.open(
                  new StreamRequest(
                      between.loop(), kind, between.callerNetwork(), between.calleeNetwork()),
                  observer::onSilence),
          1);

  @BeforeEach
  void starts() {
    loop.start();
    relay.start();
  }

  @AfterEach
  void stops() {
    relay.close();
    assertThat(loop.stop(Duration.ofSeconds(5))).isTrue();
  }

  private MediaCall open(CryptoSuite suite, String caller, String callee) {
    SideProfile secured = new SideProfile(SidePreset.PLAIN, SrtpUse.REQUIRE, List.of(suite));
    MediaProfile profile = new MediaProfile("secure", Map.of("out", secured));
    return engine.open(new MediaRequest(loop, "c1", "t1", caller, callee, profile), NOBODY);
  }

  private String told(MediaCall call, boolean offer, Side from, String sdp) throws Exception {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    byte[] bytes = sdp.getBytes(StandardCharsets.UTF_8);
    loop.execute(() ->
        call.describe(
            new ReceivedDescription(offer, from, offer ? "" : "b", HERE, bytes),
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
    return outcome.get(20, TimeUnit.SECONDS);
  }

  // The ng protocol, as far as it takes: texts in a dictionary, keys in order.
  private static String ask(InetSocketAddress ng, String... entries) throws IOException {
    StringBuilder text = new StringBuilder(COOKIES.incrementAndGet() + " d");
    for (String each : entries) {
      text.append(each.length()).append(':').append(each);
    }
    byte[] request = text.append('e').toString().getBytes(StandardCharsets.ISO_8859_1);
    try (DatagramSocket socket = new DatagramSocket(0, HERE)) {
      socket.setSoTimeout(5000);
      socket.send(new DatagramPacket(request, request.length, ng));
      DatagramPacket in = new DatagramPacket(new byte[8000], 8000);
      socket.receive(in);
      String answer = new String(in.getData(), 0, in.getLength(), StandardCharsets.ISO_8859_1);
      int key = answer.indexOf("3:sdp");
      assertThat(key).as(answer).isPositive();
      int colon = answer.indexOf(':', key + 5);
      int length = Integer.parseInt(answer.substring(key + 5, colon));
      return answer.substring(colon + 1, colon + 1 + length);
    }
  }

  private static String sdp(RtpEnd end) {
    return end.sdp(101).replace("\n", "\r\n");
  }

  private void passes(RtpEnd from, RtpEnd to, String hisPlace, String othersPlace) {
    assertThat(from.sends(PACKETS, RtpEnd.place(hisPlace), to)).isEqualTo(PACKETS);
    assertThat(to.sends(PACKETS, RtpEnd.place(othersPlace), from)).isEqualTo(PACKETS);
  }

  @ParameterizedTest
  @EnumSource(CryptoSuite.class)
  void offersKeysToRtpengine(CryptoSuite suite) throws Exception {
    InetSocketAddress ng = Loopback.free();
    try (RtpengineProcess rtpengine = RtpengineProcess.start(ng, 11_000, 11_999);
        RtpEnd caller = new RtpEnd(1);
        RtpEnd callee = new RtpEnd(2)) {
      assertThat(rtpengine).isNotNull();
      MediaCall call = open(suite, "in", "out");
      String secured = told(call, true, Side.CALLER, sdp(caller));
      assertThat(secured).contains("RTP/SAVP 8", "a=crypto:1 " + suite + " inline:");
      String plain =
          ask(
              ng,
              "command",
              "offer",
              "call-id",
              "c1",
              "from-tag",
              "t1",
              "sdp",
              secured,
              "transport-protocol",
              "RTP/AVP");
      String answer =
          ask(
              ng,
              "command",
              "answer",
              "call-id",
              "c1",
              "from-tag",
              "t1",
              "to-tag",
              "t2",
              "sdp",
              sdp(callee));
      String read = told(call, false, Side.CALLEE, answer);
      assertThat(read).as(answer).contains("RTP/AVP 8").doesNotContain("a=crypto");
      passes(caller, callee, read, plain);
      ends(call, "", suite.name());
    }
  }

  @ParameterizedTest
  @EnumSource(CryptoSuite.class)
  void takesOneOfTheKeysThatRtpengineOffers(CryptoSuite suite) throws Exception {
    InetSocketAddress ng = Loopback.free();
    try (RtpengineProcess rtpengine = RtpengineProcess.start(ng, 11_000, 11_999);
        RtpEnd caller = new RtpEnd(1);
        RtpEnd callee = new RtpEnd(2)) {
      assertThat(rtpengine).isNotNull();
      String secured =
          ask(
              ng,
              "command",
              "offer",
              "call-id",
              "c2",
              "from-tag",
              "t1",
              "sdp",
              sdp(caller),
              "transport-protocol",
              "RTP/SAVP");
      assertThat(secured).contains("a=crypto", "a=fingerprint");
      MediaCall call = open(suite, "out", "in");
      String plain = told(call, true, Side.CALLER, secured);
      assertThat(plain).contains("RTP/AVP 8").doesNotContain("a=crypto", "a=fingerprint");
      String answer = told(call, false, Side.CALLEE, sdp(callee));
      assertThat(answer).contains("RTP/SAVP 8", suite + " inline:");
      String read =
          ask(
              ng,
              "command",
              "answer",
              "call-id",
              "c2",
              "from-tag",
              "t1",
              "to-tag",
              "t2",
              "sdp",
              answer);
      passes(caller, callee, read, plain);
      ends(call, suite.name(), "");
    }
  }

  private void ends(MediaCall call, String callerSuite, String calleeSuite) throws Exception {
    CompletableFuture<MediaReport> end = new CompletableFuture<>();
    loop.execute(() -> call.end(end::complete));
    MediaReport.Stream stream = end.get(20, TimeUnit.SECONDS).streams().getFirst();
    assertThat(stream.callerSrtp()).isEqualTo(callerSuite);
    assertThat(stream.calleeSrtp()).isEqualTo(calleeSuite);
    assertThat(stream.fromCaller().packets()).isEqualTo(PACKETS);
    assertThat(stream.fromCallee().packets()).isEqualTo(PACKETS);
  }
}

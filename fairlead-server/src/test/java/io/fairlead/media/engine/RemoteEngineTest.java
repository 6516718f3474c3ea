// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.loop.ManualLoop;
import io.fairlead.media.MediaCall;
import io.fairlead.media.MediaReport;
import io.fairlead.media.MediaRequest;
import io.fairlead.media.rtpproxy.RtpproxyProtocol;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.sdp.OfferAnswer.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Calls at an rtpproxy that answers, is silent, forgets or refuses. */
class RemoteEngineTest {
  private static final String SDP = CallAtEngine.SDP;

  private final ManualLoop loop = new ManualLoop();
  private final Meters meters = new Meters();
  private final RtpproxySimulator proxy = new RtpproxySimulator(loop);
  private final EngineSettings settings = settings(Map.of());
  private final RemoteEngine engine = engine(settings);
  private final CallAtEngine who = new CallAtEngine();

  private static EngineSettings settings(Map<String, String> interfaces) {
    UdpAddress address = UdpAddress.parse("udp:198.51.100.2:7722");
    EngineSettings usual = EngineSettings.ofRtpproxy(address);
    return new EngineSettings(
        null,
        address,
        usual.weight(),
        usual.timeout(),
        usual.tries(),
        usual.checkInterval(),
        3,
        interfaces);
  }

  private RemoteEngine engine(EngineSettings with) {
    RemoteEngine made =
        new RemoteEngine(
            new RemoteEngine.Wiring("rtp2", with, new RtpproxyProtocol("rtp2", with), meters),
            loop,
            proxy,
            () -> {});
    proxy.answers(made);
    return made;
  }

  private MediaCall call(RemoteEngine at, String callId) {
    return at.open(new MediaRequest(loop, callId, "a", "outside", "inside"), who);
  }

  private MediaCall talking(String callId) {
    MediaCall call = call(engine, callId);
    call.describe(CallAtEngine.offer(Side.CALLER, "", SDP), who.outcome());
    call.describe(CallAtEngine.answer(Side.CALLEE, "b", SDP), who.outcome());
    loop.runCommands();
    return call;
  }

  private long errors(String reason) {
    return meters.counter(Meter.MEDIA_ENGINE_ERRORS, "rtp2", reason).value();
  }

  @Test
  void rewritesOfferAndAnswer() {
    talking("call");

    assertThat(proxy.commands)
        .containsExactly("U call 192.0.2.7 5000 a;1", "L call 192.0.2.7 5000 a;1 b;1");
    assertThat(who.came)
        .containsExactly(
            SDP.replace("192.0.2.7", "198.51.100.2").replace("5000", "35000"),
            SDP.replace("192.0.2.7", "198.51.100.2").replace("5000", "35002"));
    assertThat(engine.calls()).isEqualTo(1);
  }

  @Test
  void turnsTheTagsForAnOfferOfTheCallee() {
    MediaCall call = talking("call");
    proxy.commands.clear();

    call.describe(CallAtEngine.offer(Side.CALLEE, "b", SDP), who.outcome());
    call.describe(CallAtEngine.answer(Side.CALLER, "b", SDP), who.outcome());
    loop.runCommands();

    assertThat(proxy.commands)
        .containsExactly("U call 192.0.2.7 5000 b;1 a;1", "L call 192.0.2.7 5000 b;1 a;1");
  }

  @Test
  void relaysEachLineThatIsUsedAndSaysTheSides() {
    RemoteEngine sided = engine(settings(Map.of("outside", "external", "inside", "internal")));
    proxy.says("198.51.100.77");
    String sdp =
        SDP
            + "a=rtcp:5001 IN IP4 192.0.2.7\r\na=rtcp-mux\r\na=candidate:1 1 UDP 1 192.0.2.7 5000"
            + " typ host\r\nm=video 0 RTP/AVP 96\r\nm=image 6000 udptl t38\r\nc=IN IP6"
            + " 2001:db8::1\r\nm=application 9 TCP/MSRP *\r\n";

    call(sided, "sip id").describe(CallAtEngine.offer(Side.CALLER, "", sdp), who.outcome());
    loop.runCommands();

    assertThat(proxy.commands)
        .containsExactly("Uei sip%20id 192.0.2.7 5000 a;1", "Uei6 sip%20id 2001:db8::1 6000 a;3");
    assertThat(who.came.getFirst())
        .isEqualTo(
            SDP.replace("192.0.2.7", "198.51.100.77").replace("5000", "35000")
                + "a=rtcp:35001\r\nm=video 0 RTP/AVP 96\r\nm=image 35002 udptl t38\r\nc=IN IP4"
                + " 198.51.100.77\r\nm=application 9 TCP/MSRP *\r\n");
  }

  @Test
  void leavesWhatItCannotRelayAlone() {
    MediaCall call = call(engine, "call");
    call.describe(CallAtEngine.offer(Side.CALLER, "", SDP.replace("5000", "0")), who.outcome());
    call.describe(
        CallAtEngine.offer(Side.CALLER, "", SDP.replace("192.0.2.7", "host.example")),
        who.outcome());
    call.describe(CallAtEngine.offer(Side.CALLER, "", "rubbish"), who.outcome());
    loop.runCommands();

    assertThat(who.came).hasSize(3).allMatch(text -> text.startsWith("untouched"));
    assertThat(proxy.commands).isEmpty();
  }

  @Test
  void asksAgainUntilAnswered() {
    proxy.loses(3);
    call(engine, "call").describe(CallAtEngine.offer(Side.CALLER, "", SDP), who.outcome());
    loop.advanceMs(1600);

    assertThat(proxy.commands).hasSize(4).containsOnly("U call 192.0.2.7 5000 a;1");
    assertThat(who.came).hasSize(1);
    assertThat(proxy.sessions()).isEqualTo(1);
    assertThat(errors("silent")).isZero();
  }

  @Test
  void givesUpInTheEnd() {
    proxy.loses(4);
    call(engine, "call").describe(CallAtEngine.offer(Side.CALLER, "", SDP), who.outcome());
    loop.advanceMs(1990);
    assertThat(who.came).isEmpty();
    loop.advanceMs(60);

    assertThat(who.came).containsExactly("refused NO_MEDIA_ENGINE");
    assertThat(errors("silent")).isEqualTo(1);
  }

  @Test
  void asksNoMoreThanAllowedAtATime() {
    proxy.loses(100);
    for (int i = 0; i < 4; i++) {
      call(engine, "c" + i).describe(CallAtEngine.offer(Side.CALLER, "", SDP), who.outcome());
    }
    loop.runCommands();

    assertThat(who.came).containsExactly("refused NO_MEDIA_ENGINE");
    assertThat(errors("full")).isEqualTo(1);
  }

  @Test
  void tellsEachCallWhenTheEngineIsSilent() {
    engine.start();
    talking("one");
    MediaCall two = talking("two");
    who.came.clear();
    proxy.loses(8);
    loop.advance(Duration.ofSeconds(5));

    assertThat(engine.up()).isFalse();
    assertThat(who.came).containsExactly("lost", "lost");
    assertThat(engine.calls()).isZero();
    two.describe(CallAtEngine.offer(Side.CALLER, "b", SDP), who.outcome());
    assertThat(who.came.getLast()).isEqualTo("refused NO_MEDIA_ENGINE");

    loop.advance(Duration.ofSeconds(5));
    assertThat(engine.up()).isTrue();
  }

  @Test
  void findsOutThatTheEngineWasStartedAnew() {
    engine.start();
    talking("one");
    talking("two");
    loop.advance(Duration.ofSeconds(5));
    who.came.clear();
    assertThat(errors("lost")).isZero();

    proxy.restarts();
    loop.advance(Duration.ofSeconds(3));

    assertThat(who.came).containsExactly("lost", "lost");
    assertThat(engine.up()).isTrue();
    assertThat(errors("lost")).isEqualTo(2);
  }

  @Test
  void losesACallWhoseAnswerTheEngineKnowsNothingOf() {
    MediaCall call = talking("call");
    who.came.clear();
    proxy.restarts();

    call.describe(CallAtEngine.answer(Side.CALLEE, "b", SDP), who.outcome());
    loop.runCommands();

    assertThat(who.came).containsExactly("refused NO_MEDIA_ENGINE", "lost");
  }

  @Test
  void endsWithWhatPassed() {
    MediaCall call = talking("call");
    List<MediaReport> reports = new ArrayList<>();
    call.end(reports::add);
    loop.runCommands();

    assertThat(proxy.commands).endsWith("Q call a;1 b;1", "D call a b");
    assertThat(proxy.sessions()).isZero();
    assertThat(engine.calls()).isZero();
    assertThat(reports).hasSize(1);
    MediaReport.Stream stream = reports.getFirst().streams().getFirst();
    assertThat(stream.kind()).isEqualTo("audio");
    assertThat(stream.fromCaller().packets()).isEqualTo(10);
    assertThat(stream.fromCallee().packets()).isEqualTo(20);
  }

  @Test
  void deletesBehindAnOfferThatIsUnderWay() {
    MediaCall call = call(engine, "call");
    List<MediaReport> reports = new ArrayList<>();
    call.describe(CallAtEngine.offer(Side.CALLER, "", SDP), who.outcome());
    call.end(reports::add);
    loop.runCommands();

    assertThat(proxy.commands).containsExactly("U call 192.0.2.7 5000 a;1", "D call a");
    assertThat(proxy.sessions()).isZero();
    assertThat(who.came).containsExactly("refused NO_MEDIA_ENGINE");
    assertThat(reports).hasSize(1);
  }

  @Test
  void asksNothingForACallThatNeverHadAnOffer() {
    List<MediaReport> reports = new ArrayList<>();
    call(engine, "call").end(reports::add);
    loop.runCommands();

    assertThat(reports).containsExactly(MediaReport.NONE);
    assertThat(proxy.commands).isEmpty();
  }

  @Test
  void tellsAgainWhatWasAgreedWhenAnOfferIsRejected() {
    MediaCall call = talking("call");
    proxy.commands.clear();
    call.describe(CallAtEngine.offer(Side.CALLER, "b", SDP.replace("5000", "7000")), who.outcome());
    call.rejected(Side.CALLER);
    loop.runCommands();

    assertThat(proxy.commands)
        .containsExactly(
            "U call 192.0.2.7 7000 a;1 b;1",
            "U call 192.0.2.7 5000 a;1 b;1",
            "L call 192.0.2.7 5000 a;1 b;1");
    assertThat(who.came).hasSize(3);
  }
}

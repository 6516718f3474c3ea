// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.ng;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.loop.ManualLoop;
import io.fairlead.media.MediaReport;
import io.fairlead.media.MediaReport.Quality;
import io.fairlead.media.MediaReport.Stream;
import io.fairlead.media.ScriptedEngine;
import io.fairlead.media.engine.UdpAddress;
import io.fairlead.media.ng.NgValue.NgDictionary;
import io.fairlead.media.ng.NgValue.NgList;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sdp.OfferAnswer.Side;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a proxy that asks by the ng protocol is answered. */
class NgServerTest {
  private static final String SDP =
      """
      v=0
      o=- 1 1 IN IP4 192.0.2.7
      s=-
      c=IN IP4 192.0.2.7
      t=0 0
      m=audio 5000 RTP/AVP 8
      a=candidate:1 1 UDP 1 192.0.2.7 5000 typ host
      a=rtcp:5001
      """;
  private static final InetSocketAddress PROXY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 5555);

  private final ManualLoop home = new ManualLoop(0);
  private final ManualLoop other = new ManualLoop(1);
  private final ScriptedEngine engine = new ScriptedEngine("relay");
  private final Meters meters = new Meters();
  private final List<byte[]> sent = new ArrayList<>();
  private int cookie;
  private final NgServer server =
      new NgServer(
          new NgServer.Parts(
              NgSettings.at(UdpAddress.parse("udp:127.0.0.1:2223")),
              engine,
              List.of("outside", "inside"),
              List.of(home, other),
              meters),
          home,
          (bytes, to) -> {
            assertThat(to).isEqualTo(PROXY);
            sent.add(bytes);
          },
          () -> {});

  private static NgDictionary request(String command) {
    return new NgDictionary().put("command", command);
  }

  private static NgDictionary offer() {
    return request("offer").put("call-id", "call").put("from-tag", "a").put("sdp", SDP);
  }

  private static NgDictionary answer() {
    return request("answer")
        .put("call-id", "call")
        .put("from-tag", "a")
        .put("to-tag", "b")
        .put("sdp", SDP.replace("192.0.2.7", "192.0.2.8"));
  }

  private static NgDictionary delete() {
    return request("delete").put("call-id", "call").put("from-tag", "a");
  }

  private void run() {
    for (int i = 0; i < 4; i++) {
      home.runCommands();
      other.runCommands();
    }
  }

  private void send(String asked, NgDictionary body, InetSocketAddress from) {
    byte[] datagram = NgMessage.write(asked, false, body);
    server.onDatagram(datagram, datagram.length, from);
    run();
  }

  private NgDictionary ask(NgDictionary body) {
    int before = sent.size();
    String asked = "k" + ++cookie;
    send(asked, body, PROXY);
    assertThat(sent).hasSize(before + 1);
    NgMessage message =
        Objects.requireNonNull(NgMessage.read(sent.getLast(), 0, sent.getLast().length));
    assertThat(message.cookie()).isEqualTo(asked);
    return Objects.requireNonNull(message.body());
  }

  private long count(Meter meter, String label) {
    return meters.counter(meter, label).value();
  }

  @Test
  void answersPing() {
    assertThat(ask(request("ping"))).isEqualTo(new NgDictionary().put("result", "pong"));
  }

  @Test
  void relaysOfferAndAnswer() {
    NgDictionary offered =
        ask(
            offer()
                .put("direction", NgList.of("outside", "inside"))
                .put("received-from", NgList.of("IP4", "203.0.113.5"))
                .put("ICE", "remove")
                .put("flags", NgList.of("trust-address", "symmetric"))
                .put("replace", NgList.of("origin", "session-connection")));
    NgDictionary answered = ask(answer());

    assertThat(offered.text("result")).isEqualTo("ok");
    assertThat(offered.text("sdp"))
        .isEqualTo(SDP.replace("192.0.2.7", "198.51.100.9").replaceAll("a=candidate.*\n", ""));
    assertThat(answered.text("sdp")).contains("c=IN IP4 198.51.100.9");
    assertThat(engine.told)
        .containsExactly(
            "open call a outside>inside",
            "offer CALLER '' from /203.0.113.5: c=IN IP4 192.0.2.7",
            "answer CALLEE 'b' from null: c=IN IP4 192.0.2.8");
    assertThat(server.calls()).isEqualTo(1);
  }

  @Test
  void knowsWhoseOffersInADialogAre() {
    ask(offer());
    ask(answer());
    ask(offer().put("from-tag", "b").put("to-tag", "a"));
    ask(answer().put("from-tag", "b").put("to-tag", "a"));
    ask(offer().put("to-tag", "b"));

    assertThat(engine.told.stream().map(line -> line.split(" from")[0]).toList())
        .containsExactly(
            "open call a outside>outside",
            "offer CALLER ''",
            "answer CALLEE 'b'",
            "offer CALLEE 'b'",
            "answer CALLER 'b'",
            "offer CALLER 'b'");
  }

  @Test
  void measuresSilenceFromTheLastAnswerOn() {
    ask(offer());
    ask(answer());
    ask(answer().put("to-tag", "c"));
    ask(offer().put("from-tag", "c").put("to-tag", "a"));
    ask(answer().put("from-tag", "c").put("to-tag", "a"));

    assertThat(engine.confirmed).containsExactly("reopened", "b", "reopened", "c", "c");
  }

  @Test
  void movesTheCalleeWhenAnotherAttemptGoesElsewhere() {
    ask(offer().put("direction", NgList.of("outside", "inside")));
    ask(offer().put("direction", NgList.of("outside", "outside")));

    assertThat(engine.told).containsSubsequence("open call a outside>inside", "move outside");
  }

  @Test
  void deletesWithWhatPassed() {
    Quality heard = new Quality(100, 17200, 4, 0, 2, 3000, 20_000, 4.3, 1_000_000_000L);
    engine.report(
        new MediaReport(
            "relay", List.of(new Stream("audio", "PCMA/8000", heard, Quality.SILENT, true))));
    ask(offer().put("label", "L"));
    ask(answer());

    NgDictionary query = ask(request("query").put("call-id", "call"));
    NgDictionary deleted = ask(delete());

    assertThat(query.text("result")).isEqualTo("ok");
    assertThat(deleted.text("result")).isEqualTo("ok");
    assertThat(deleted.number("created", 0)).isPositive();
    assertThat(deleted.dictionary("totals").dictionary("RTP"))
        .isEqualTo(new NgDictionary().put("packets", 100).put("bytes", 17200).put("errors", 2));
    NgDictionary caller = deleted.dictionary("tags").dictionary("a");
    assertThat(caller.text("label")).isEqualTo("L");
    assertThat(caller.text("in dialogue with")).isEqualTo("b");
    assertThat(caller.list("medias")).hasSize(1);
    assertThat(deleted.dictionary("SSRC").dictionary("a/1").dictionary("average MOS"))
        .isEqualTo(
            new NgDictionary()
                .put("MOS", 43)
                .put("round-trip time", 20_000)
                .put("jitter", 3)
                .put("packet loss", 3)
                .put("samples", 1));
    assertThat(MediaReport.NONE.streams()).isEmpty();
    assertThat(engine.told).endsWith("end");
    assertThat(server.calls()).isZero();
    // What another Fairlead reads of this answer is what we meant.
    MediaReport read = NgCallStatistics.report("relay", deleted, "a", "b");
    assertThat(read.streams().getFirst().fromCaller().packets()).isEqualTo(100);
    assertThat(read.streams().getFirst().fromCallee()).isEqualTo(Quality.SILENT);
  }

  @Test
  void givesTheSameAnswerToTheSameCookie() {
    send("same", offer(), PROXY);
    send("same", offer(), PROXY);
    assertThat(sent).hasSize(2);
    assertThat(sent.get(1)).isEqualTo(sent.get(0));
    assertThat(engine.told).hasSize(2);
    assertThat(count(Meter.MEDIA_NG_REQUESTS, "repeated")).isEqualTo(1);

    home.advance(Duration.ofSeconds(31));
    send("same", offer(), PROXY);
    assertThat(engine.told).hasSize(3);
  }

  @Test
  void absorbsARepetitionWhileTheAnswerIsOnItsWay() {
    engine.hold();
    send("same", offer(), PROXY);
    send("same", offer(), PROXY);
    assertThat(sent).isEmpty();
    assertThat(count(Meter.MEDIA_NG_DROPPED, "waiting")).isEqualTo(1);

    engine.waiting.forEach(Runnable::run);
    run();
    assertThat(sent).hasSize(1);
  }

  @Test
  void remembersNoMoreAnswersThanAllowed() {
    NgReplyCache answers = new NgReplyCache(2, 1000);
    NgReplyCache.Asked one = new NgReplyCache.Asked(PROXY, "1");
    NgReplyCache.Asked two = new NgReplyCache.Asked(PROXY, "2");
    NgReplyCache.Asked three = new NgReplyCache.Asked(PROXY, "3");

    assertThat(answers.seen(one, 0)).isInstanceOf(NgReplyCache.Seen.First.class);
    assertThat(answers.seen(two, 0)).isInstanceOf(NgReplyCache.Seen.First.class);
    assertThat(answers.seen(three, 0)).isInstanceOf(NgReplyCache.Seen.Full.class);
    answers.answered(one, new byte[1]);
    assertThat(answers.seen(three, 0)).isInstanceOf(NgReplyCache.Seen.First.class);
    assertThat(answers.size()).isEqualTo(2);
    assertThat(answers.seen(two, 1000)).isInstanceOf(NgReplyCache.Seen.Waiting.class);
    assertThat(answers.seen(two, 1001)).isInstanceOf(NgReplyCache.Seen.First.class);
  }

  @Test
  void answersNobodyElse() {
    send("c", request("ping"), new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 5555));
    server.onDatagram(new byte[] {1}, 1, PROXY);

    assertThat(sent).isEmpty();
    assertThat(count(Meter.MEDIA_NG_DROPPED, "foreign")).isEqualTo(1);
    assertThat(count(Meter.MEDIA_NG_DROPPED, "garbage")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "flags, record-call, flags record-call",
    "flags, always transcode, flags always transcode",
    "flags, asymmetric, flags asymmetric",
    "ICE, force, ice force",
    "DTLS, passive, dtls passive",
    "SDES, pad, sdes pad",
    "record call, yes, record-call yes",
    "codec, opus, codec",
    "TOS, 184, tos 184",
    "replace, username, replace username",
    "transport protocol, RTP/SAVPF, transport-protocol RTP/SAVPF for RTP/AVP",
    "ptime, 20, ptime",
  })
  void namesTheFlagThatItDoesNotDo(String key, String value, String named) {
    NgDictionary answer = ask(offer().put(key, value));

    assertThat(answer.text("result")).isEqualTo("error");
    assertThat(answer.text("error-reason")).isEqualTo("Not supported by this relay: " + named);
    assertThat(engine.told).isEmpty();
    assertThat(server.calls()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "flags, trust address",
    "ICE, default",
    "DTLS, off",
    "SDES, no-AES_256_CM_HMAC_SHA1_80",
    "record call, no",
    "TOS, -1",
    "rtcp-mux, accept",
    "transport protocol, RTP/AVP",
    "address family, IP4",
    "metadata, x",
  })
  void takesWhatAsksForNothingElse(String key, String value) {
    assertThat(ask(offer().put(key, value)).text("result")).isEqualTo("ok");
  }

  @ParameterizedTest
  @CsvSource({
    "offer, call-id, No call-id in message",
    "offer, from-tag, No from-tag in message",
    "offer, sdp, Failed to parse SDP: no session description",
    "answer, call-id, No call-id in message",
    "query, '', Unknown call-id",
    "answer, '', Unknown call-id",
    "stop recording, '', Unrecognized command",
  })
  void refusesWhatLacksSomething(String command, String without, String reason) {
    NgDictionary body = offer().put("command", command);
    body.entries().remove(without);

    assertThat(ask(body)).isEqualTo(NgCall.error(reason));
    assertThat(server.calls()).isZero();
  }

  @Test
  void warnsOfADeleteForNoCall() {
    assertThat(ask(delete()).text("warning")).contains("not found");
    assertThat(ask(delete().put("flags", NgList.of("fatal"))).text("result")).isEqualTo("error");
    ask(offer());
    assertThat(ask(delete().put("from-tag", "stranger")).text("warning")).contains("tags");
    assertThat(server.calls()).isEqualTo(1);
  }

  @Test
  void refusesANetworkThatIsNotThere() {
    assertThat(ask(offer().put("direction", NgList.of("outside", "moon"))).text("error-reason"))
        .isEqualTo("Unknown interface: direction moon");
    assertThat(ask(offer().put("address family", "IP6")).text("error-reason"))
        .contains("address-family");
  }

  @Test
  void sendsTheProxyElsewhereWhenFull() {
    engine.refuse(RefusalCause.NO_MEDIA_ENGINE);

    assertThat(ask(offer().put("supports", NgList.of("load limit"))).text("result"))
        .isEqualTo("load limit");
    assertThat(ask(offer()).text("result")).isEqualTo("error");
    assertThat(server.calls()).isZero();
    assertThat(engine.told).filteredOn("end"::equals).hasSize(2);
  }

  @Test
  void endsOneBranchAndKeepsTheOthers() {
    ask(offer().put("via-branch", "z1"));
    ask(offer().put("via-branch", "z2"));
    ask(delete().put("via-branch", "z1"));
    assertThat(server.calls()).isEqualTo(1);

    ask(delete().put("via-branch", "z2"));
    assertThat(server.calls()).isZero();
  }

  @Test
  void deletesWithDelayUnlessAnotherOfferComes() {
    ask(offer());
    ask(answer());
    ask(delete().put("delete-delay", 5));
    home.advanceMs(4000);
    other.advanceMs(4000);
    run();
    assertThat(server.calls()).isEqualTo(1);
    ask(offer().put("to-tag", "b"));
    advance(10);
    assertThat(server.calls()).isEqualTo(1);

    ask(delete().put("delete-delay", 5));
    advance(6);
    assertThat(server.calls()).isZero();
  }

  private void advance(int seconds) {
    home.advance(Duration.ofSeconds(seconds));
    other.advance(Duration.ofSeconds(seconds));
    run();
  }

  @Test
  void endsACallThatNobodyAnswersAndOneThatIsSilent() {
    ask(offer());
    advance(601);
    assertThat(server.calls()).isZero();

    ask(offer());
    ask(answer());
    advance(601);
    engine.observer().onSilence(Side.CALLER, Duration.ofSeconds(60));
    run();
    assertThat(server.calls()).isEqualTo(1);
    engine.observer().onSilence(null, Duration.ofSeconds(60));
    run();
    assertThat(server.calls()).isZero();
    assertThat(ask(request("statistics")).dictionary("statistics").dictionary("totalstatistics"))
        .satisfies(total -> {
          assertThat(total.number("timeoutsessions", 0)).isEqualTo(1);
          assertThat(total.number("offertimeoutsessions", 0)).isEqualTo(1);
          assertThat(total.number("managedsessions", 0)).isEqualTo(2);
          assertThat(total.number("uptime", 0)).isEqualTo(1202);
        });
  }

  @Test
  void listsCalls() {
    for (int i = 0; i < 40; i++) {
      ask(offer().put("call-id", "call" + i));
    }
    assertThat(ask(request("list")).list("calls")).hasSize(32);
    assertThat(ask(request("list").put("limit", 3)).list("calls")).hasSize(3);
    assertThat(ask(request("list").put("limit", -3)).list("calls")).isEmpty();
  }

  @Test
  void opensACallAnewAfterItsEnd() {
    ask(offer());
    ask(delete());
    ask(offer().put("from-tag", "x"));

    assertThat(engine.told).contains("open call x outside>outside");
    assertThat(server.calls()).isEqualTo(1);
  }

  @Test
  void showsTheAddressItIsToldTo() {
    NgDictionary offered =
        ask(
            offer()
                .put("media-address", "203.0.113.77")
                .put("replace", NgList.of("origin"))
                .put("flags", NgList.of("no-rtcp-attribute")));

    assertThat(offered.text("sdp"))
        .contains("c=IN IP4 203.0.113.77", "o=- 1 1 IN IP4 203.0.113.77")
        .doesNotContain("a=rtcp", "198.51.100.9");
  }

  @Test
  void believesTheProxyMoreThanTheDevice() {
    ask(
        offer()
            .put("flags", NgList.of("SIP-source-address"))
            .put("received-from", NgList.of("IP4", "203.0.113.5")));

    assertThat(engine.told.getLast()).endsWith("c=IN IP4 203.0.113.5");
  }

  @Test
  void multiplexesRtcpAsToldAndOnlyForWhoOfferedIt() {
    String muxed = SDP + "a=rtcp-mux\n";

    assertThat(ask(offer().put("rtcp-mux", NgList.of("offer"))).text("sdp")).contains("a=rtcp-mux");
    assertThat(ask(answer().put("sdp", muxed)).text("sdp")).doesNotContain("a=rtcp-mux");
    assertThat(ask(offer().put("sdp", muxed).put("rtcp-mux", NgList.of("demux"))).text("sdp"))
        .doesNotContain("a=rtcp-mux");
    ask(offer().put("sdp", muxed));
    assertThat(ask(answer().put("sdp", muxed)).text("sdp")).contains("a=rtcp-mux");
    assertThat(ask(answer().put("sdp", muxed).put("rtcp-mux", NgList.of("reject"))).text("sdp"))
        .doesNotContain("a=rtcp-mux");
  }

  @Test
  void readsEachDatagramForItself() {
    byte[] garbage = "c garbage".getBytes(StandardCharsets.UTF_8);
    server.onDatagram(garbage, garbage.length, PROXY);

    assertThat(new String(sent.getLast(), StandardCharsets.UTF_8))
        .isEqualTo("c d6:result5:error12:error-reason22:Invalid NG data formate");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fairlead with two of Debian's rtpengine, one of which dies. */
@Timeout(120)
class EngineFailoverIT {
  private static final int FIRST_OF_SECOND = 11_500;
  private static final int LATER_OF_SECOND = 12_500;

  @Test
  void takesTheOtherForNewCallsAndForTheNextOfferAfterARefusedOne() {
    InetSocketAddress one = Loopback.free();
    InetSocketAddress two = Loopback.free();
    try (RtpengineProcess first = RtpengineProcess.start(one, 11_000, 11_499);
        RtpengineProcess second = RtpengineProcess.start(two, FIRST_OF_SECOND, 11_999);
        RelayingFairlead fairlead =
            new RelayingFairlead(
                """
                media:
                  reanchor: { on-engine-loss: wait }
                  engines:
                    rtp1: { rtpengine: 'udp:%s', timeout: 500ms, tries: 2, check-interval: 1s }
                    rtp2: { rtpengine: 'udp:%s', timeout: 500ms, tries: 2, check-interval: 1s }
                """
                    .formatted(Loopback.text(one), Loopback.text(two)));
        AnchoredCall call = fairlead.phones().begins();
        AnchoredCall late = fairlead.phones();
        AnchoredCall later = fairlead.phones()) {
      call.talk(10);
      boolean atSecond = call.callerSendsTo().getPort() >= FIRST_OF_SECOND;
      (atSecond ? second : first).kill();

      call.caller().reinvites(call.caller().sdp());
      call.caller().acknowledges(call.caller().awaits("SIP/2.0 488"), null);
      assertThat(call.callee().polls("INVITE ", Duration.ofMillis(100))).isEmpty();

      for (AnchoredCall each : new AnchoredCall[] {late, later}) {
        each.begins();
        assertThat(each.callerSendsTo().getPort() >= FIRST_OF_SECOND).isNotEqualTo(atSecond);
        each.talk(3);
        assertThat(each.ends())
            .contains("media=" + (atSecond ? "rtp1" : "rtp2"), "caller-packets=3");
      }

      assertThat(
              Loopback.await(
                  Duration.ofSeconds(10),
                  () -> fairlead.process().log().contains("engine is lost")))
          .isTrue();
      List<String> read =
          call.renegotiates(call.caller(), call.caller().sdp(), call.callee().sdp());
      call.ways(read.getFirst(), read.getLast(), "audio");
      assertThat(call.callerSendsTo().getPort() >= FIRST_OF_SECOND).isNotEqualTo(atSecond);
      call.talk(3);
      assertThat(call.ends()).contains("status=200");
    }
  }

  @Test
  void bringsCallsToTheOtherByReInvitesOfItsOwn() {
    InetSocketAddress one = Loopback.free();
    InetSocketAddress two = Loopback.free();
    try (RtpengineProcess first = RtpengineProcess.start(one, 12_000, 12_499);
        RtpengineProcess second = RtpengineProcess.start(two, LATER_OF_SECOND, 12_999);
        RelayingFairlead fairlead =
            new RelayingFairlead(
                """
                media:
                  engines:
                    rtp1: { rtpengine: 'udp:%s', timeout: 500ms, tries: 2, check-interval: 1s }
                    rtp2: { rtpengine: 'udp:%s', timeout: 500ms, tries: 2, check-interval: 1s }
                """
                    .formatted(Loopback.text(one), Loopback.text(two)));
        AnchoredCall call = fairlead.phones().begins()) {
      call.talk(10);
      boolean atSecond = isAtSecond(call);
      try (AnchoredCall other = like(call, fairlead)) {
        (atSecond ? second : first).kill();
        for (AnchoredCall each : new AnchoredCall[] {call, other}) {
          isReanchored(each);
          assertThat(isAtSecond(each)).isNotEqualTo(atSecond);
          each.talk(10);
        }
        assertThat(call.ends())
            .contains("status=200", "media-reanchored=1", atSecond ? "rtp1" : "rtp2")
            .doesNotContain("streams=");
        assertThat(endsByCallee(other)).contains("ended-by=callee", "media-reanchored=1");
      }
      assertThat(fairlead.meter("fairlead_media_reanchored_total{outcome=\"agreed\"}"))
          .isEqualTo(2);
    }
  }

  private static boolean isAtSecond(AnchoredCall call) {
    return call.callerSendsTo().getPort() >= LATER_OF_SECOND;
  }

  // Another call at the same engine.
  private static AnchoredCall like(AnchoredCall call, RelayingFairlead fairlead) {
    for (int i = 0; i < 40; i++) {
      AnchoredCall other = fairlead.phones().begins();
      if (isAtSecond(other) == isAtSecond(call)) {
        return other;
      }
      other.ends();
      other.close();
    }
    throw new AssertionError("all other calls went to the other engine");
  }

  private static void isReanchored(AnchoredCall call) {
    String question = call.callee().awaits("INVITE ");
    assertThat(question).doesNotContain("v=0");
    call.callee().answers(question, 200, call.callee().sdp());
    String offer = call.caller().awaits("INVITE ");
    call.caller().answers(offer, 200, call.caller().sdp());
    call.caller().awaits("ACK ");
    call.ways(call.callee().awaits("ACK "), offer, "audio");
  }

  private static String endsByCallee(AnchoredCall call) {
    call.callee().hangsUp();
    call.caller().answers(call.caller().awaits("BYE "), 200, null);
    call.callee().awaits("SIP/2.0 200");
    return call.line();
  }
}

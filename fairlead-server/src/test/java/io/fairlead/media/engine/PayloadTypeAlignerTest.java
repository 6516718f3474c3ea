// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** An answer whose codecs have other numbers than the offer's. */
class PayloadTypeAlignerTest {
  private static String sdp(String formats, String... attributes) {
    return "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
        + "m=audio 5000 RTP/AVP "
        + formats
        + "\r\n"
        + String.join("\r\n", attributes)
        + "\r\n";
  }

  private static String answered(String offer, String answer) {
    PayloadTypeAligner numbers = new PayloadTypeAligner();
    numbers.offer(offer.getBytes(StandardCharsets.UTF_8));
    return new String(
        numbers.answer(answer.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
  }

  @Test
  void getsTheNumbersOfTheOffer() {
    String offer =
        sdp(
            "96 8 97",
            "a=rtpmap:96 opus/48000/2",
            "a=rtpmap:97 telephone-event/8000",
            "a=fmtp:97 0-15");
    String answer =
        sdp(
            "111 8  101",
            "a=rtpmap:111 OPUS/48000/2",
            "a=rtcp-fb:111 nack",
            "a=fmtp:111 useinbandfec=1",
            "a=rtpmap:101 telephone-event/8000",
            "a=fmtp:101 0-15",
            "a=ptime:101");

    assertThat(answered(offer, answer))
        .isEqualTo(
            sdp(
                "96 8  97",
                "a=rtpmap:96 OPUS/48000/2",
                "a=rtcp-fb:96 nack",
                "a=fmtp:96 useinbandfec=1",
                "a=rtpmap:97 telephone-event/8000",
                "a=fmtp:97 0-15",
                "a=ptime:101"));
  }

  @Test
  void swapsTwoThatAreTheOtherWayRound() {
    String offer = sdp("96 97", "a=rtpmap:96 opus/48000/2", "a=rtpmap:97 telephone-event/8000");
    String answer = sdp("97 96", "a=rtpmap:97 opus/48000/2", "a=rtpmap:96 telephone-event/8000");

    assertThat(answered(offer, answer))
        .isEqualTo(sdp("96 97", "a=rtpmap:96 opus/48000/2", "a=rtpmap:97 telephone-event/8000"));
  }

  @Test
  void staysAsItIsWhereNothingDiffersOrNothingIsSure() {
    String offer = sdp("96 8", "a=rtpmap:96 telephone-event/8000");
    String same = sdp("8 96", "a=rtpmap:96 telephone-event/8000");
    String foreign = sdp("101", "a=rtpmap:101 speex/8000");
    String collides = sdp("101 96", "a=rtpmap:101 telephone-event/8000", "a=rtpmap:96 speex/16000");
    String broken = "v=1\r\n";

    assertThat(answered(offer, same)).isEqualTo(same);
    assertThat(answered(offer, foreign)).isEqualTo(foreign);
    assertThat(answered(offer, collides)).isEqualTo(collides);
    assertThat(answered(offer, broken)).isEqualTo(broken);
    assertThat(answered(broken, same)).isEqualTo(same);
  }

  @Test
  void prefersTheSameNumberWhereACodecIsOfferedTwice() {
    String offer = sdp("96 97", "a=rtpmap:96 H264/90000", "a=rtpmap:97 H264/90000");
    String answer = sdp("97", "a=rtpmap:97 H264/90000");

    assertThat(answered(offer, answer)).isEqualTo(answer);
  }
}

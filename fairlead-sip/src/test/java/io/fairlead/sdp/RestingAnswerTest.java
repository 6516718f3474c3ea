// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is answered to an offer of which nothing comes. */
class RestingAnswerTest {
  private static String to(String... lines) {
    String offer = String.join("\r\n", lines) + "\r\n";
    byte[] answer = RestingAnswer.to(offer.getBytes(StandardCharsets.ISO_8859_1));
    return new String(answer, StandardCharsets.ISO_8859_1);
  }

  @Test
  void streamsOfPlainRtpRestAndWhatNeedsKeysIsRejected() {
    assertThat(
            to(
                "v=0",
                "o=- 7 8 IN IP4 192.0.2.1",
                "s=-",
                "c=IN IP4 192.0.2.1",
                "t=0 0",
                "a=sendrecv",
                "m=audio 4000 RTP/AVP 8 101",
                "c=IN IP6 2001:db8::1",
                "a=rtpmap:101 telephone-event/8000",
                "a=fmtp:101 0-15",
                "a=candidate:1 1 UDP 1 192.0.2.1 4000 typ host",
                "a=sendonly",
                "m=video 4002 RTP/SAVPF 96",
                "a=rtpmap:96 VP8/90000",
                "a=setup:actpass"))
        .isEqualTo(
            """
            v=0
            o=- 7 8 IN IP4 192.0.2.1
            s=-
            c=IN IP4 0.0.0.0
            t=0 0
            m=audio 4000 RTP/AVP 8 101
            c=IN IP6 ::
            a=rtpmap:101 telephone-event/8000
            a=fmtp:101 0-15
            a=inactive
            m=video 0 RTP/SAVPF 96
            """
                .replace("\n", "\r\n"));
  }
}

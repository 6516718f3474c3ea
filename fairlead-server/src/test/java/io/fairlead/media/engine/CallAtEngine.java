// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.engine;

import io.fairlead.media.MediaCall;
import io.fairlead.media.MediaObserver;
import io.fairlead.media.ReceivedDescription;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sdp.OfferAnswer.Side;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whoever has a call at an engine: writes down what comes of it. Owned by one test. */
final class CallAtEngine implements MediaObserver {
  static final String SDP =
      """
      v=0\r
      o=- 1 1 IN IP4 192.0.2.7\r
      s=-\r
      c=IN IP4 192.0.2.7\r
      t=0 0\r
      m=audio 5000 RTP/AVP 8\r
      """;

  final List<String> came = new ArrayList<>();

  static ReceivedDescription offer(Side from, String calleeTag, String sdp) {
    return sent(true, from, calleeTag, sdp);
  }

  static ReceivedDescription answer(Side from, String calleeTag, String sdp) {
    return sent(false, from, calleeTag, sdp);
  }

  private static ReceivedDescription sent(boolean offer, Side from, String calleeTag, String sdp) {
    byte[] bytes = sdp.getBytes(StandardCharsets.UTF_8);
    return new ReceivedDescription(offer, from, calleeTag, null, bytes);
  }

  MediaCall.Outcome outcome() {
    return new MediaCall.Outcome() {
      @Override
      public void rewritten(byte[] sdp, int from, int to) {
        came.add(new String(sdp, from, to - from, StandardCharsets.UTF_8));
      }

      @Override
      public void untouched(String why) {
        came.add("untouched: " + why);
      }

      @Override
      public void refused(RefusalCause cause) {
        came.add("refused " + cause);
      }
    };
  }

  @Override
  public void onSilence(@Nullable Side silent, Duration forLong) {
    came.add("silence");
  }

  @Override
  public void onEngineLost() {
    came.add("lost");
  }
}

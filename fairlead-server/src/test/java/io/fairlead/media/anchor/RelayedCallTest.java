// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.anchor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.media.MediaReport;
import io.fairlead.media.relay.DescribedMedia;
import io.fairlead.sdp.OfferAnswer.Side;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RelayedCallTest {
  private static final String CALLER = "203.0.113.5";
  private static final String CALLEE = "10.0.0.21";
  private static final Duration MINUTE = Duration.ofSeconds(60);

  private final Anchored call = new Anchored("outside", "inside");

  private static String sdp(String address, String... lines) {
    return ("v=0\no=- 1 1 IN IP4 %1$s\ns=-\nc=IN IP4 %1$s\nt=0 0\n".formatted(address)
            + String.join("\n", lines)
            + "\n")
        .replace("\n", "\r\n");
  }

  private void answered(String... lines) {
    call.offer(Side.CALLER, CALLER, sdp(CALLER, lines));
    call.answer(Side.CALLEE, "b", CALLEE, sdp(CALLEE, lines));
    call.call.confirmed("b");
  }

  private FakeStreams.Stream stream(int i) {
    return call.streams.opened.get(i);
  }

  @Test
  void aSideIsSilentWhenAllOfItsStreamsAre() {
    answered("m=audio 4000 RTP/AVP 0", "m=video 4200 RTP/AVP 96");
    stream(0).lastNsAgo.put(Side.CALLER, MINUTE.toNanos());
    stream(1).lastNsAgo.put(Side.CALLER, 1_000_000L);

    stream(0).observer.onSilence(Side.CALLER, MINUTE);
    assertThat(call.events).as("the video goes on").isEmpty();

    stream(1).lastNsAgo.put(Side.CALLER, MINUTE.toNanos());
    stream(1).observer.onSilence(Side.CALLER, MINUTE);
    assertThat(call.events).containsExactly("silent: CALLER for PT1M");
  }

  @Test
  void bothSidesAreSilentWhenNothingComesFromEither() {
    answered("m=audio 4000 RTP/AVP 0");
    stream(0).observer.onSilence(null, MINUTE);
    assertThat(call.events).containsExactly("silent: both for PT1M");
  }

  @Test
  void aLineThatIsHeldSaysNothingOfTheOthers() {
    answered("m=audio 4000 RTP/AVP 0", "m=video 4200 RTP/AVP 96", "a=inactive");
    stream(1).lastNsAgo.put(Side.CALLEE, 1_000_000L);
    stream(0).lastNsAgo.put(Side.CALLEE, MINUTE.toNanos());
    stream(0).observer.onSilence(Side.CALLEE, MINUTE);
    assertThat(call.events).containsExactly("silent: CALLEE for PT1M");
  }

  @Test
  void aFaxThatGoesOnKeepsTheCall() {
    answered("m=audio 4000 RTP/AVP 0", "m=image 4200 udptl t38");
    stream(0).lastNsAgo.put(Side.CALLEE, MINUTE.toNanos());
    stream(1).lastNsAgo.put(Side.CALLEE, Duration.ofMinutes(3).toNanos());
    stream(0).observer.onSilence(Side.CALLEE, MINUTE);
    assertThat(call.events).isEmpty();
  }

  @Test
  void reportsAlsoTheStreamsThatWereRemoved() {
    answered("m=audio 4000 RTP/AVP 0", "m=video 4200 RTP/AVP 96");
    String removed = sdp(CALLER, "m=audio 4000 RTP/AVP 0", "m=video 0 RTP/AVP 96");
    call.describe(true, Side.CALLER, "b", CALLER, removed);
    call.answer(Side.CALLEE, "b", CALLEE, removed.replace(CALLER, CALLEE));
    call.call.confirmed("b");

    assertThat(call.call.report().streams())
        .extracting(MediaReport.Stream::kind)
        .containsExactly("video", "audio");
    assertThat(call.streams.open()).isEqualTo(1);
    assertThat(call.call.report().streams().getLast().codec()).isEqualTo("PCMU/8000");
  }

  @Test
  void addingAndRemovingForEverCostsNoMemory() {
    answered("m=audio 4000 RTP/AVP 0", "m=video 4200 RTP/AVP 96");
    for (int i = 0; i < 1000; i++) {
      String turn = i % 2 == 0 ? "m=video 0 RTP/AVP 96" : "m=video 4200 RTP/AVP 96";
      String sdp = sdp(CALLER, "m=audio 4000 RTP/AVP 0", turn);
      call.describe(true, Side.CALLER, "b", CALLER, sdp);
      call.answer(Side.CALLEE, "b", CALLEE, sdp.replace(CALLER, CALLEE));
      call.call.confirmed("b");
    }
    assertThat(call.call.report().streams())
        .hasSizeLessThanOrEqualTo(2 + FakeStreams.SETTINGS.maxStreams());
    assertThat(call.streams.open()).isLessThanOrEqualTo(2);
  }

  @Test
  void aThousandForksCostNoMemoryAndTheConfirmedOneHolds() {
    call.offer(Side.CALLER, CALLER, sdp(CALLER, "m=audio 4000 RTP/AVP 0"));
    for (int i = 0; i < 1000; i++) {
      call.answer(
          Side.CALLEE, "b" + i, CALLEE, sdp(CALLEE, "m=audio " + (5000 + 2 * i) + " RTP/AVP 0"));
    }
    call.call.confirmed("b3");
    assertThat(stream(0).last.get(Side.CALLEE))
        .extracting(DescribedMedia::rtp)
        .isEqualTo(new InetSocketAddress(CALLEE, 5006));
    assertThat(call.streams.opened).hasSize(1);
  }

  @Test
  void anotherCalleeCountsAfterTheConfirmedOneWhenItIsReopened() {
    call.offer(Side.CALLER, CALLER, sdp(CALLER, "m=audio 4000 RTP/AVP 0"));
    call.answer(Side.CALLEE, "b", CALLEE, sdp(CALLEE, "m=audio 5000 RTP/AVP 0"));
    call.call.confirmed("b");
    call.call.reopened();
    call.answer(Side.CALLEE, "c", CALLEE, sdp(CALLEE, "m=audio 6000 RTP/AVP 0"));
    call.call.confirmed("c");
    assertThat(stream(0).last.get(Side.CALLEE))
        .extracting(DescribedMedia::rtp)
        .isEqualTo(new InetSocketAddress(CALLEE, 6000));
    assertThat(stream(0).last.get(Side.CALLEE))
        .extracting(DescribedMedia::timeout)
        .isEqualTo(FakeStreams.SETTINGS.timeout());
  }

  @Test
  void givesEverythingBackOnceAndHearsNothingThereafter() {
    answered("m=audio 4000 RTP/AVP 0");
    call.end();
    call.end();
    assertThat(call.report.engine()).isEqualTo("relay");
    assertThat(call.report.streams()).hasSize(1);
    assertThat(call.streams.open()).isZero();

    stream(0).observer.onSilence(null, MINUTE);
    call.call.confirmed("b");
    call.call.rejected(Side.CALLER);
    call.call.moveCallee("six");
    assertThat(call.events).isEmpty();
    assertThat(call.offer(Side.CALLER, CALLER, sdp(CALLER, "m=audio 4000 RTP/AVP 0")))
        .isEqualTo("untouched: the call is over");
    assertThat(call.streams.opened).hasSize(1);
  }

  @Test
  void twoHundredLinesAreRefused() {
    String[] lines = new String[200];
    java.util.Arrays.setAll(lines, i -> "m=audio " + (4000 + 2 * i) + " RTP/AVP 0");
    assertThat(call.offer(Side.CALLER, CALLER, sdp(CALLER, lines)))
        .isEqualTo("refused: TOO_MANY_STREAMS");
    assertThat(call.streams.opened).isEmpty();
  }

  @Test
  void aNetworkWithoutPortsRefusesTheOfferThatFollows() {
    call.offer(Side.CALLER, CALLER, sdp(CALLER, "m=audio 4000 RTP/AVP 0"));
    call.streams.left = 0;
    call.call.moveCallee("six");
    String offer = sdp(CALLER, "m=audio 4000 RTP/AVP 0");
    assertThat(call.offer(Side.CALLER, CALLER, offer)).isEqualTo("refused: NO_MEDIA_PORTS");

    call.streams.left = 1;
    call.call.moveCallee("inside");
    assertThat(call.offer(Side.CALLER, CALLER, offer)).contains("c=IN IP4 10.0.0.10");
  }
}

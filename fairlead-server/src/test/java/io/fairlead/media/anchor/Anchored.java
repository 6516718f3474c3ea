// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.anchor;

import io.fairlead.loop.ManualLoop;
import io.fairlead.media.MediaCall;
import io.fairlead.media.MediaObserver;
import io.fairlead.media.MediaReport;
import io.fairlead.media.MediaRequest;
import io.fairlead.media.ReceivedDescription;
import io.fairlead.media.profile.MediaProfile;
import io.fairlead.net.IpAddresses;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sdp.OfferAnswer.Side;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A call at the relay's engine, with a relay that only writes down.
 *
 * <p>Owned by the test.
 */
final class Anchored implements MediaObserver {
  final FakeStreams streams = new FakeStreams();
  final List<String> events = new ArrayList<>();
  final MediaCall call;
  MediaReport report = MediaReport.NONE;

  Anchored(String callerNetwork, String calleeNetwork) {
    this(callerNetwork, calleeNetwork, null);
  }

  Anchored(String callerNetwork, String calleeNetwork, @Nullable MediaProfile profile) {
    RelayEngine engine = new RelayEngine("relay", FakeStreams.SETTINGS, streams, 1);
    call =
        engine.open(
            new MediaRequest(new ManualLoop(), "c1", "t1", callerNetwork, calleeNetwork, profile),
            this);
  }

  /** What the other side reads; or "untouched: ..." or "refused: ...". */
  String offer(Side from, String source, String sdp) {
    return describe(true, from, "", source, sdp);
  }

  /** The same of an answer. */
  String answer(Side from, String tag, String source, String sdp) {
    return describe(false, from, tag, source, sdp);
  }

  String describe(boolean offer, Side from, String tag, String source, String sdp) {
    byte[] bytes = sdp.getBytes(StandardCharsets.UTF_8);
    return describe(offer, from, tag, source, bytes);
  }

  String describe(boolean offer, Side from, String tag, String source, byte[] sdp) {
    Outcome outcome = new Outcome();
    byte[] before = sdp.clone();
    call.describe(
        new ReceivedDescription(offer, from, tag, IpAddresses.literal(source), sdp), outcome);
    if (outcome.text == null) {
      throw new AssertionError("no outcome");
    }
    if (!Arrays.equals(before, sdp)) {
      throw new AssertionError("the description itself was changed");
    }
    return outcome.text;
  }

  /** Ends it and keeps the report. */
  void end() {
    call.end(passed -> report = passed);
  }

  @Override
  public void onSilence(@Nullable Side silent, Duration forLong) {
    events.add("silent: " + (silent == null ? "both" : silent) + " for " + forLong);
  }

  @Override
  public void onEngineLost() {
    events.add("engine lost");
  }

  private static final class Outcome implements MediaCall.Outcome {
    private @Nullable String text;

    private void tell(String what) {
      if (text != null) {
        throw new AssertionError("told twice: " + text + " and " + what);
      }
      text = what;
    }

    @Override
    public void rewritten(byte[] sdp, int from, int to) {
      tell(new String(sdp, from, to - from, StandardCharsets.UTF_8));
    }

    @Override
    public void untouched(String why) {
      tell("untouched: " + why);
    }

    @Override
    public void refused(RefusalCause cause) {
      tell("refused: " + cause);
    }
  }
}

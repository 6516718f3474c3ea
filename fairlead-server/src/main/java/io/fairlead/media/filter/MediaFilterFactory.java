// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.filter;

import io.fairlead.dialog.filter.CallFilter;
import io.fairlead.dialog.filter.FilterFactory;
import io.fairlead.dialog.filter.FilteredCall;
import io.fairlead.loop.Loop;
import io.fairlead.media.MediaEngine;
import io.fairlead.media.MediaSettings;
import io.fairlead.media.OnSilence;
import io.fairlead.media.ReanchorSettings;
import io.fairlead.media.profile.MediaProfiles;
import io.fairlead.observe.Meters;
import io.fairlead.sdp.SdpParser;
import io.fairlead.sdp.SessionBody;

/**
 * Makes the filters of one loop's calls whose media is relayed, or may be.
 *
 * <p>Owned by one loop.
 */
public final class MediaFilterFactory implements FilterFactory {
  /** The media is relayed. */
  static final int RELAY = 1;

  // Whether it is, is seen at each attempt; never in a cookie, where it is known.
  private static final int AUTO = 2;

  private static final long SECOND_NS = 1_000_000_000L;
  // Above, the number of the profile.
  private static final int PROFILE = 4;

  private final MediaTools tools;

  /**
   * What filters need.
   *
   * @param loop the calls' loop
   * @param engine what relays
   * @param answerTimeoutNs how long a message waits for it
   * @param onSilence what becomes of a call whose media has stopped
   * @param body reads bodies
   * @param parser reads descriptions
   * @param profiles there are
   * @param meters counts
   * @param reanchor what is done about calls whose engine is lost
   * @param queue where they wait for their turn
   */
  record MediaTools(
      Loop loop,
      MediaEngine engine,
      long answerTimeoutNs,
      OnSilence onSilence,
      SessionBody body,
      SdpParser parser,
      MediaProfiles profiles,
      MediaCallMeters meters,
      ReanchorSettings reanchor,
      ReanchorQueue queue) {}

  /**
   * A factory for one loop.
   *
   * @param engine what relays
   * @param media how it is used
   * @param profiles there are
   * @param loops how many loops there are
   */
  public MediaFilterFactory(
      Loop loop,
      MediaEngine engine,
      MediaSettings media,
      MediaProfiles profiles,
      int loops,
      Meters meters) {
    ReanchorSettings reanchor = media.reanchor();
    tools =
        new MediaTools(
            loop,
            engine,
            media.answerTimeout().toNanos(),
            media.onSilence(),
            new SessionBody(),
            new SdpParser(),
            profiles,
            new MediaCallMeters(meters, loop.index()),
            reanchor,
            new ReanchorQueue(loop, SECOND_NS * loops / reanchor.rate()));
  }

  /**
   * The bits of a call whose media is relayed.
   *
   * @param profile the number of its profile, 0 for none
   */
  public static int relayed(int profile) {
    return RELAY | PROFILE * profile;
  }

  /** The bits of a call whose media is relayed where one of its sides needs that. */
  public static int relayedWhereNeeded() {
    return AUTO;
  }

  /**
   * Which way the media of a call goes.
   *
   * @param auto whether it is relayed is seen at each attempt
   * @param profile the number of the profile, 0 for none
   */
  record Mode(boolean auto, int profile) {}

  @Override
  public int mask() {
    return RELAY | AUTO | PROFILE * MediaProfiles.most();
  }

  @Override
  public CallFilter make(int bits, FilteredCall call) {
    int number = bits / PROFILE;
    return new MediaFilter(tools, call, new Mode((bits & RELAY) == 0, number));
  }
}

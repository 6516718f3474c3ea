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
      MediaCallMeters meters,
      ReanchorSettings reanchor,
      ReanchorQueue queue) {}

  /**
   * A factory for one loop.
   *
   * @param engine what relays
   * @param media how it is used
   * @param loops how many there are
   */
  public MediaFilterFactory(
      Loop loop, MediaEngine engine, MediaSettings media, int loops, Meters meters) {
    ReanchorSettings reanchor = media.reanchor();
    tools =
        new MediaTools(
            loop,
            engine,
            media.answerTimeout().toNanos(),
            media.onSilence(),
            new SessionBody(),
            new SdpParser(),
            new MediaCallMeters(meters, loop.index()),
            reanchor,
            new ReanchorQueue(loop, SECOND_NS * loops / reanchor.rate()));
  }

  /** The bits of a call whose media is relayed. */
  public static int relayed() {
    return RELAY;
  }

  /** The bits of a call whose media is relayed where one of its sides needs that. */
  public static int relayedWhereNeeded() {
    return AUTO;
  }

  @Override
  public int mask() {
    return RELAY | AUTO;
  }

  @Override
  public CallFilter make(int bits, FilteredCall call) {
    return new MediaFilter(tools, call, (bits & RELAY) == 0);
  }
}

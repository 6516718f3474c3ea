// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.anchor;

import io.fairlead.media.MediaObserver;
import io.fairlead.media.MediaRequest;
import io.fairlead.media.relay.RelayedStream;
import org.jspecify.annotations.Nullable;

/** Where streams come from: the relay, as one who anchors calls sees it. Any loop. */
@FunctionalInterface
public interface StreamFactory {
  /**
   * Opens a stream for one m= line.
   *
   * @param between whose it is, and the networks of the two sides now
   * @param kind "audio", "video", "image" ...
   * @param observer is told of silence on this stream, on the call's loop; each time it lasts as
   *     long as allowed again
   * @return null when there are no ports left on one of the networks
   */
  @Nullable RelayedStream open(MediaRequest between, String kind, MediaObserver observer);
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import io.fairlead.sdp.OfferAnswer.Side;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Who is told what happens to a stream. On the call's loop. */
public interface StreamObserver {
  /**
   * Nothing has come for longer than the description allows. Told once; again only after packets
   * have come.
   *
   * @param silent the side that is silent, null for both
   * @param forLong how long
   */
  void onSilence(@Nullable Side silent, Duration forLong);
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media;

import io.fairlead.sdp.OfferAnswer.Side;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Who is told what happens to the media of a call. On the call's loop. */
public interface MediaObserver {
  /**
   * Nothing has come for longer than allowed.
   *
   * @param silent the side that is silent, null for both
   * @param forLong how long
   */
  void onSilence(@Nullable Side silent, Duration forLong);

  /** The engine is gone and the media with it. */
  void onEngineLost();
}

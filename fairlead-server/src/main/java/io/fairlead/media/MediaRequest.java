// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media;

import io.fairlead.loop.Loop;
import io.fairlead.media.profile.MediaProfile;
import org.jspecify.annotations.Nullable;

/**
 * Whose media an engine is to relay.
 *
 * <p>Immutable.
 *
 * @param loop the call's loop; all calls come from it and all answers come home to it
 * @param callId the Call-ID
 * @param callerTag the From tag of the first INVITE
 * @param callerNetwork the name of the caller's network, as a listener's {@code network}
 * @param calleeNetwork the same of the callee
 * @param profile how each side wants its media; null where it passes as it is, encrypted or not
 */
public record MediaRequest(
    Loop loop,
    String callId,
    String callerTag,
    String callerNetwork,
    String calleeNetwork,
    @Nullable MediaProfile profile) {
  /** One whose media passes as it is. */
  public MediaRequest(
      Loop loop, String callId, String callerTag, String callerNetwork, String calleeNetwork) {
    this(loop, callId, callerTag, callerNetwork, calleeNetwork, null);
  }

  /** The same with the callee on another network. */
  public MediaRequest movedTo(String newCalleeNetwork) {
    return new MediaRequest(loop, callId, callerTag, callerNetwork, newCalleeNetwork, profile);
  }
}

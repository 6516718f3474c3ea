// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media;

import io.fairlead.loop.Loop;

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
 */
public record MediaRequest(
    Loop loop, String callId, String callerTag, String callerNetwork, String calleeNetwork) {}

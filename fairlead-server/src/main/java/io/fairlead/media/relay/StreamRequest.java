// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import io.fairlead.loop.Loop;

/**
 * A stream that is wanted.
 *
 * <p>Immutable.
 *
 * @param loop the call's loop
 * @param kind "audio", "video", "image" …
 * @param callerNetwork the name of the caller's network
 * @param calleeNetwork the name of the callee's network
 */
public record StreamRequest(Loop loop, String kind, String callerNetwork, String calleeNetwork) {}

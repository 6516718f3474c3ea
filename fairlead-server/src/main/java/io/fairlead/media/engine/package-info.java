// SPDX-License-Identifier: Apache-2.0
/**
 * Media engines that are other programs, and the pool they stand in.
 *
 * <ul>
 *   <li>Holds: the pool of engines, one engine with its requests and checks, one call at it, what
 *       an operator sets.
 *   <li>Called by: {@code media.ng}, {@code media.rtpproxy}, {@code server}.
 *   <li>Calls: {@code media}, {@code sdp}, {@code loop}.
 *   <li>Owned by: requests and checks by the engine's home loop, a call by its own loop.
 *   <li>Start at: {@link io.fairlead.media.engine.EnginePool}, then {@link
 *       io.fairlead.media.engine.RemoteEngine}.
 * </ul>
 */
@NullMarked
package io.fairlead.media.engine;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
/**
 * WebSocket as SIP uses it (RFC 6455, RFC 7118).
 *
 * <ul>
 *   <li>Holds: settings; opening handshake and frames, as bytes.
 *   <li>Called by: transport.
 *   <li>Calls: config, loop (its keyed hash).
 *   <li>Owned by: one loop.
 *   <li>Start at: {@link io.fairlead.transport.websocket.ServerHandshake}, {@link
 *       io.fairlead.transport.websocket.WebSocketFrameReader}.
 * </ul>
 */
@NullMarked
package io.fairlead.transport.websocket;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
/**
 * Bytes from and to the network (RFC 3261 §18).
 *
 * <ul>
 *   <li>Holds: listeners, flows, sockets, connections, sending.
 *   <li>Called by: every room above that has to do with flows or listeners.
 *   <li>Calls: linux, sip (framing, addresses as text), stun, loop, net, observe, config.
 *   <li>Owned by: a socket belongs to one loop.
 *   <li>Start at: {@link io.fairlead.transport.Flow}.
 * </ul>
 */
@NullMarked
package io.fairlead.transport;

import org.jspecify.annotations.NullMarked;

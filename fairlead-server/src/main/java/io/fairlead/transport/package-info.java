// SPDX-License-Identifier: Apache-2.0
/**
 * Bytes from and to the network (RFC 3261 §18).
 *
 * <ul>
 *   <li>Holds: listeners, flows, sockets, connections, sending.
 *   <li>Called by: transaction, pool.health, server.
 *   <li>Calls: loop, config, observe, sip (framing, addresses as text).
 *   <li>Owned by: a socket belongs to one loop.
 *   <li>Start at: {@link io.fairlead.transport.Flow}.
 * </ul>
 */
@NullMarked
package io.fairlead.transport;

import org.jspecify.annotations.NullMarked;

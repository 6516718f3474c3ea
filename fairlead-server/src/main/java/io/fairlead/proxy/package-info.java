// SPDX-License-Identifier: Apache-2.0
/**
 * The proxy core (RFC 3261 §16): what becomes of a request between its two transactions.
 *
 * <ul>
 *   <li>Holds: request checks, the route set, the steps of an INVITE, the response context with
 *       failover among backends and forks to phones, where phones are, stateless forwarding.
 *   <li>Called by: server, which hands it what transactions tell.
 *   <li>Calls: guard, route, pool, dialog, transaction, transport, dns, store, and the ground.
 *   <li>Owned by: one loop each; a request stays on the loop of its call.
 *   <li>Start at: {@link io.fairlead.proxy.Proxy}.
 * </ul>
 */
@NullMarked
package io.fairlead.proxy;

import org.jspecify.annotations.NullMarked;

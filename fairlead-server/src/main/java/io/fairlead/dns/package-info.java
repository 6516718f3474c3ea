// SPDX-License-Identifier: Apache-2.0
/**
 * From the URI of a next hop to an address (RFC 3263).
 *
 * <ul>
 *   <li>Holds: the locator, the cache of answers, the resolver behind it.
 *   <li>Called by: proxy, pool, dialog, server.
 *   <li>Calls: sip, loop, net, observe, config.
 *   <li>Owned by: one locator for all loops, see docs/ownership.md.
 *   <li>Start at: {@link io.fairlead.dns.Locator}.
 * </ul>
 */
@NullMarked
package io.fairlead.dns;

import org.jspecify.annotations.NullMarked;

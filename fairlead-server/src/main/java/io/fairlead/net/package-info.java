// SPDX-License-Identifier: Apache-2.0
/**
 * Addresses and what is asked of them, without ever asking the DNS.
 *
 * <ul>
 *   <li>Holds: address literals, networks and sets of them, host and port.
 *   <li>Called by: every room that meets addresses.
 *   <li>Calls: nothing.
 *   <li>Owned by: nobody: all values are immutable.
 *   <li>Start at: {@link io.fairlead.net.Cidr}.
 * </ul>
 */
@NullMarked
package io.fairlead.net;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
/**
 * What a load balancer says of a connection before the connection's own bytes.
 *
 * <ul>
 *   <li>Holds: the reader of PROXY headers.
 *   <li>Called by: transport.
 *   <li>Calls: net.
 *   <li>Owned by: a connection.
 *   <li>Start at: {@link io.fairlead.transport.proxyprotocol.ProxyHeader}.
 * </ul>
 */
@NullMarked
package io.fairlead.transport.proxyprotocol;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
/**
 * How the way to registered devices is kept open, and how it is noticed that one is gone.
 *
 * <ul>
 *   <li>Holds: keepalives over datagrams and connections, their answers, the end of bindings over
 *       connections that closed.
 *   <li>Called by: server, registrar.
 *   <li>Calls: store, transport, sip, loop, observe.
 *   <li>Owned by: the loop that owns the address of record.
 *   <li>Start at: {@link io.fairlead.registrar.keepalive.Keepalive}.
 * </ul>
 */
@NullMarked
package io.fairlead.registrar.keepalive;

import org.jspecify.annotations.NullMarked;

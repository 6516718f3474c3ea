// SPDX-License-Identifier: Apache-2.0
/**
 * Control of a running Fairlead: what it tells of itself, and the orders it takes.
 *
 * <ul>
 *   <li>Holds: the control socket, its protocol, the verbs, the status report.
 *   <li>Called by: server and cli.
 *   <li>Calls: pool for state and orders; media for its status; guard for bans; transport, config.
 *   <li>Owned by: a virtual thread for each connection; orders go to the pools' home loop.
 *   <li>Start at: {@link io.fairlead.admin.ControlSocket}.
 * </ul>
 */
@NullMarked
package io.fairlead.admin;

import org.jspecify.annotations.NullMarked;

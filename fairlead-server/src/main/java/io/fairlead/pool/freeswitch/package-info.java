// SPDX-License-Identifier: Apache-2.0
/**
 * What a FreeSWITCH tells of itself over its event socket.
 *
 * <ul>
 *   <li>Holds: its figures, whether it is paused or shuts down, its conferences and queues, that it
 *       was started anew.
 *   <li>Called by: pool, which it tells through {@link
 *       io.fairlead.pool.freeswitch.MonitoredBackend}.
 *   <li>Calls: esl, loop, observe; nothing of pool.
 *   <li>Owned by: the pool's home loop.
 *   <li>Start at: {@link io.fairlead.pool.freeswitch.FreeSwitch}.
 * </ul>
 */
@NullMarked
package io.fairlead.pool.freeswitch;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
/**
 * The event socket of FreeSWITCH.
 *
 * <ul>
 *   <li>Holds: the client of the event socket, its protocol, its settings.
 *   <li>Called by: pool, server.
 *   <li>Calls: loop, config.
 *   <li>Owned by: a session's reports come home to one loop; its reading and writing is done by
 *       virtual threads of its own.
 *   <li>Start at: {@link io.fairlead.esl.EslConnector}.
 * </ul>
 */
@NullMarked
package io.fairlead.esl;

import org.jspecify.annotations.NullMarked;

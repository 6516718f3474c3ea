// SPDX-License-Identifier: Apache-2.0
/**
 * The four transaction machines (RFC 3261 §17, RFC 6026, RFC 4320).
 *
 * <ul>
 *   <li>Holds: the table, the machines, timers A to M, branches, where responses go.
 *   <li>Called by: proxy, registrar, guard, server.
 *   <li>Calls: transport, sip, loop, observe, config.
 *   <li>Owned by: one loop: a table and all its transactions.
 *   <li>Start at: {@link io.fairlead.transaction.TransactionTable}.
 * </ul>
 */
@NullMarked
package io.fairlead.transaction;

import org.jspecify.annotations.NullMarked;

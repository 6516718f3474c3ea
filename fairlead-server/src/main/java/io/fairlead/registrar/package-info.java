// SPDX-License-Identifier: Apache-2.0
/**
 * The registrar (RFC 3261 §10): who is where.
 *
 * <p>Holds: REGISTER in its three ways (local, forward, mid), authentication of users, keepalive
 * through NAT.
 *
 * <p>Called by: server. Calls: store (its only writer), route, pool, guard, dialog, transaction,
 * transport, and the ground.
 *
 * <p>Owned by: the loop that owns the address of record.
 *
 * <p>Start at: {@code Registrar}.
 */
@NullMarked
package io.fairlead.registrar;

import org.jspecify.annotations.NullMarked;

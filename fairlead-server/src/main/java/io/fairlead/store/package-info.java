// SPDX-License-Identifier: Apache-2.0
/**
 * Where users are: addresses of record and their bindings, in memory and beyond this process.
 *
 * <p>Holds: {@code AddressOfRecord}, {@code Binding}, the {@code Bindings} table, its keepers.
 *
 * <p>Called by: registrar, route, guard, proxy, dialog, server, cli. Calls: sip, loop, observe,
 * config.
 *
 * <p>Owned by: each address of record by one loop, which alone changes its bindings; any loop
 * reads.
 *
 * <p>Start at: {@code Bindings}.
 */
@NullMarked
package io.fairlead.store;

import org.jspecify.annotations.NullMarked;

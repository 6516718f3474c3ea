// SPDX-License-Identifier: Apache-2.0
/**
 * The kernel drops what banned sources send to our listeners, by nf_tables.
 *
 * <ul>
 *   <li>Holds: our table of nf_tables, and the thread that speaks with the kernel.
 *   <li>Called by: guard.ban.outlet.
 *   <li>Calls: guard.ban (hears of bans), linux.netfilter, observe.
 *   <li>Owned by: a thread of its own, {@code fl-bans}.
 *   <li>Start at: {@link io.fairlead.guard.ban.kernel.KernelBans}.
 * </ul>
 */
@NullMarked
package io.fairlead.guard.ban.kernel;

import org.jspecify.annotations.NullMarked;

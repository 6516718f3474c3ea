// SPDX-License-Identifier: Apache-2.0
/**
 * One thread, its queue, clock and timers.
 *
 * <ul>
 *   <li>Holds: the loops, the timer wheel, the clock, the keyed hash that names an owner.
 *   <li>Called by: every room above.
 *   <li>Calls: the JDK, JCTools.
 *   <li>Owned by: itself: one thread per loop.
 *   <li>Start at: {@link io.fairlead.loop.Loop}.
 * </ul>
 */
@NullMarked
package io.fairlead.loop;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
/**
 * One thread, its queue, clock and timers.
 *
 * <ul>
 *   <li>Holds: the loop, the timer wheel, the clock.
 *   <li>Called by: every room above.
 *   <li>Calls: the JDK only.
 *   <li>Owned by: itself: one thread per loop.
 *   <li>Start at: {@link io.fairlead.loop.Loop}.
 * </ul>
 */
@NullMarked
package io.fairlead.loop;

import org.jspecify.annotations.NullMarked;

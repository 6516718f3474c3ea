// SPDX-License-Identifier: Apache-2.0
/**
 * Topology hiding: what one side may not see of the other is sealed into the messages themselves,
 * and put back when they return.
 *
 * <ul>
 *   <li>Holds: what is hidden of a message that leaves to the hidden-from side, what is put back in
 *       one that comes from there, the seals.
 *   <li>Called by: {@code guard.edge}, which stands where messages cross.
 *   <li>Calls: {@code dialog} for the keys, {@code transport}, {@code sip}, {@code net}, {@code
 *       config}.
 *   <li>Owned by: what works on messages by one loop, all else never changes.
 *   <li>Start at: {@link io.fairlead.guard.hiding.HidingWriter}.
 * </ul>
 */
@NullMarked
package io.fairlead.guard.hiding;

import org.jspecify.annotations.NullMarked;

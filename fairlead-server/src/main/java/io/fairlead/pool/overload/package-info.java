// SPDX-License-Identifier: Apache-2.0
/**
 * What overloaded backends ask for (RFC 7339, RFC 7415).
 *
 * <ul>
 *   <li>Holds: the share or rate of calls that each backend asks to be spared.
 *   <li>Called by: {@code pool}, {@code proxy}.
 *   <li>Calls: {@code sip}.
 *   <li>Owned by: the backend; any loop asks.
 *   <li>Start at: {@link io.fairlead.pool.overload.OverloadControl}.
 * </ul>
 */
@NullMarked
package io.fairlead.pool.overload;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
/**
 * More calls than can be handled: new ones are refused before all wait too long, and clients that
 * listen are told to send less (RFC 7339).
 *
 * <ul>
 *   <li>Holds: how overloaded each loop is, and what is told of it.
 *   <li>Called by: {@code guard}, {@code proxy}, {@code server}.
 *   <li>Calls: {@code transaction}, {@code sip}, {@code config}, {@code loop}.
 *   <li>Owned by: each loop its own shedding.
 *   <li>Start at: {@link io.fairlead.guard.overload.LoadShedding}.
 * </ul>
 */
@NullMarked
package io.fairlead.guard.overload;

import org.jspecify.annotations.NullMarked;

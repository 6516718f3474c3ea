// SPDX-License-Identifier: Apache-2.0
/**
 * Named limits: how many calls at a time, how many in a time, and what that is counted by.
 *
 * <ul>
 *   <li>Holds: the limits of a node with their keys, how a key is read from a request, what a call
 *       holds of them.
 *   <li>Called by: {@code guard}, {@code proxy}, {@code server}, {@code admin}.
 *   <li>Calls: {@code dialog} (what a call holds), {@code store} (counts of the cluster), {@code
 *       transport}, {@code sip}, {@code observe}, {@code config}, {@code loop}, {@code net}.
 *   <li>Owned by: the node; each loop asks by a limiter of its own.
 *   <li>Start at: {@link io.fairlead.guard.limit.CallLimiter}.
 * </ul>
 */
@NullMarked
package io.fairlead.guard.limit;

import org.jspecify.annotations.NullMarked;

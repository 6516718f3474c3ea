// SPDX-License-Identifier: Apache-2.0
/**
 * May it come in? What stands between the listeners and the routes: who may speak, how often, how
 * many calls, and what the outside may see.
 *
 * <ul>
 *   <li>Holds: the guard of a node, what an operator sets for it, and what counts as an offence.
 *   <li>Called by: {@code server}, {@code proxy}, {@code registrar}, {@code admin}, {@code cli}.
 *   <li>Calls: {@code dialog}, {@code transaction}, {@code transport}, {@code store}, {@code
 *       linux}, {@code sip}, {@code observe}, {@code config}, {@code loop}, {@code net}.
 *   <li>Owned by: the node; any loop asks it.
 *   <li>Start at: {@link io.fairlead.guard.Guard}.
 * </ul>
 */
@NullMarked
package io.fairlead.guard;

import org.jspecify.annotations.NullMarked;

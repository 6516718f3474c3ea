// SPDX-License-Identifier: Apache-2.0
/**
 * What a request must keep to beyond the grammar.
 *
 * <ul>
 *   <li>Holds: the rules of sanity, which of them hold, and what checks them.
 *   <li>Called by: {@code guard.gate}.
 *   <li>Calls: {@code sip}, {@code net}, {@code config}, {@code observe}.
 *   <li>Owned by: nobody, all is immutable.
 *   <li>Start at: {@link io.fairlead.guard.gate.sanity.SanityChecks}.
 * </ul>
 */
@NullMarked
package io.fairlead.guard.gate.sanity;

import org.jspecify.annotations.NullMarked;

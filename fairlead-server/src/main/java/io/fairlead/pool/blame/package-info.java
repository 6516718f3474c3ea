// SPDX-License-Identifier: Apache-2.0
/**
 * Whose fault a failed request is: the backend's or the call's.
 *
 * <ul>
 *   <li>Holds: what an answer says of the one who gave it, and the comparison of backends that had
 *       the same request.
 *   <li>Called by: proxy and registrar, which tell every answer here; pool.
 *   <li>Calls: a backend's outcomes, observe, sip.
 *   <li>Owned by: comparisons belong to the loop of their request; runs are shared, see
 *       docs/ownership.md.
 *   <li>Start at: {@link io.fairlead.pool.blame.BackendRequest}.
 * </ul>
 */
@NullMarked
package io.fairlead.pool.blame;

import org.jspecify.annotations.NullMarked;

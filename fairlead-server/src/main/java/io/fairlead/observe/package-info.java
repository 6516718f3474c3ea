// SPDX-License-Identifier: Apache-2.0
/**
 * What the proxy says of itself.
 *
 * <ul>
 *   <li>Holds: the list of meters, counters, causes, the call journal.
 *   <li>Called by: every room above.
 *   <li>Calls: net, config; the Prometheus client.
 *   <li>Owned by: counters are shared, see docs/ownership.md.
 *   <li>Start at: {@link io.fairlead.observe.Meter}.
 * </ul>
 */
@NullMarked
package io.fairlead.observe;

import org.jspecify.annotations.NullMarked;

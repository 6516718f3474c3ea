// SPDX-License-Identifier: Apache-2.0
/**
 * What is known of a backend's health, and how it is learnt.
 *
 * <ul>
 *   <li>Holds: health states, active checks, ejection of outliers.
 *   <li>Called by: pool, server (which lends the prober).
 *   <li>Calls: loop, observe, config.
 *   <li>Owned by: the pool's home loop.
 *   <li>Start at: {@link io.fairlead.pool.health.CombinedHealth}.
 * </ul>
 */
@NullMarked
package io.fairlead.pool.health;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.pool.PriorityTier;
import java.util.random.RandomGenerator;

/**
 * What a balancer gets when it is made. Immutable.
 *
 * @param tier the backends it will ever choose from, the unavailable ones too
 * @param random its own source of randomness
 */
public record BalancerTools(PriorityTier tier, RandomGenerator random) {}

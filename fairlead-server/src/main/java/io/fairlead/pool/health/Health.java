// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.health;

import java.time.Instant;

/**
 * A backend's health at a moment. Immutable.
 *
 * @param state how it is
 * @param since since when it is so
 * @param reason why, in words
 */
public record Health(HealthState state, Instant since, String reason) {}

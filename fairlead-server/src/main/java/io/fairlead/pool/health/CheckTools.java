// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.health;

/**
 * What a check gets when it is made. Immutable.
 *
 * @param prober sends SIP
 * @param timeoutNs how long an answer may take
 */
public record CheckTools(Prober prober, long timeoutNs) {}

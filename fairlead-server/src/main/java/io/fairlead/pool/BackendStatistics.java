// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

/**
 * A backend's numbers at a moment, counted since Fairlead started. Immutable.
 *
 * @param picks how often it was chosen
 * @param live its live calls
 * @param succeeded requests answered 2xx
 * @param failed requests answered 5xx, unanswered in time or undeliverable
 * @param firstAnswerNs moving mean of the time to the first answer, of checks too; 0 when not known
 *     yet
 */
public record BackendStatistics(
    long picks, int live, long succeeded, long failed, long firstAnswerNs) {}

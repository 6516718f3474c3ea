// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

/**
 * One moment. Immutable.
 *
 * @param nowNs monotonic
 * @param nowMs epoch milliseconds
 * @param second monotonic seconds since the guard began
 */
record LimitClock(long nowNs, long nowMs, long second) {}

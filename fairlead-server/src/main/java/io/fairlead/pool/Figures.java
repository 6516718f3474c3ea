// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

/**
 * What a FreeSWITCH said of itself with its last heartbeat. Immutable.
 *
 * @param sessions its legs, ours and all others
 * @param maxSessions how many legs it may have
 * @param idleCpu the share of its machine's CPU that is idle, 0 to 100
 * @param receivedNs when it was heard
 * @param liveAtBeat our own live calls at that moment
 * @param stale true when heartbeats have stayed away since
 */
public record Figures(
    int sessions,
    int maxSessions,
    double idleCpu,
    long receivedNs,
    int liveAtBeat,
    boolean stale) {}

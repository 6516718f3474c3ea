// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.freeswitch;

/**
 * What a FreeSWITCH said of itself in its last heartbeat. Immutable.
 *
 * @param switchname its name
 * @param coreUuid another one after each start
 * @param version of FreeSWITCH
 * @param sessions its legs: a call it has bridged is two
 * @param maxSessions how many it takes
 * @param sessionsPerSecondLeft what is left of this second's budget
 * @param sessionsPerSecondLast how many began in the second before
 * @param idleCpu how much of the machine is idle, 0 to 100
 * @param intervalNs from one heartbeat to the next
 * @param receivedNs when it came, in time of the pool's home loop
 * @param liveAtBeat our own live calls there at that moment
 * @param stale true when the next one is overdue or the event socket is cut: then only the capacity
 *     is worth something
 */
public record HeartbeatFigures(
    String switchname,
    String coreUuid,
    String version,
    int sessions,
    int maxSessions,
    int sessionsPerSecondLeft,
    int sessionsPerSecondLast,
    double idleCpu,
    long intervalNs,
    long receivedNs,
    int liveAtBeat,
    boolean stale) {
  /**
   * Its sessions at present: those of the heartbeat, and one for each call we have more than then;
   * our own calls alone when it is stale.
   *
   * @param live our own live calls there now
   */
  public int sessionsWith(int live) {
    return stale ? live : Math.max(0, sessions + live - liveAtBeat);
  }

  /** The same, no longer to be relied on. */
  public HeartbeatFigures outdated() {
    return stale
        ? this
        : new HeartbeatFigures(
            switchname,
            coreUuid,
            version,
            sessions,
            maxSessions,
            sessionsPerSecondLeft,
            sessionsPerSecondLast,
            idleCpu,
            intervalNs,
            receivedNs,
            liveAtBeat,
            true);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.freeswitch;

import java.util.Comparator;

/**
 * What a FreeSWITCH said of one of its rooms. Immutable.
 *
 * @param kind what it is
 * @param key what of its name a request is matched with
 * @param name as FreeSWITCH has it
 * @param members who is in it, or waits
 * @param agents who serves it
 * @param doubted true when the FreeSWITCH was cut off, down or started anew since it said so
 */
public record RoomReport(
    Kind kind, String key, String name, int members, int agents, boolean doubted) {
  /** What a room is. */
  public enum Kind {
    /** A conference of mod_conference; it lives while it has members. */
    CONFERENCE,
    /** A queue of mod_callcenter; it is listed wherever it is configured, used or not. */
    QUEUE,
    /** A queue of mod_fifo. */
    FIFO
  }

  /**
   * The one that more are in comes first. What is doubted says least. Callers are of no use where
   * nobody serves them.
   */
  public static final Comparator<RoomReport> BY_PEOPLE =
      Comparator.comparing(RoomReport::doubted)
          .thenComparing(room -> room.agents() == 0)
          .thenComparing(Comparator.comparingInt(RoomReport::people).reversed());

  /** Members and agents. */
  public int people() {
    return members + agents;
  }

  /** True when it says little: nobody is there, or it is doubted. */
  public boolean vague() {
    return doubted || people() == 0;
  }

  /** The same, to be doubted. */
  RoomReport inDoubt() {
    return new RoomReport(kind, key, name, members, agents, true);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import java.util.List;

/**
 * How a limit is. Immutable.
 *
 * @param settings as configured
 * @param keys how many it remembers
 * @param calls how many hold a key at this node
 * @param refused how many it has refused
 * @param alarms how often it told of what it let go on
 * @param unkept how many passed uncounted, since it had no room for their keys
 * @param holders the keys with most calls
 */
public record LimitStatus(
    LimitSettings settings,
    int keys,
    int calls,
    long refused,
    long alarms,
    long unkept,
    List<Holder> holders) {
  public LimitStatus {
    holders = List.copyOf(holders);
  }

  /**
   * One key.
   *
   * @param key for people
   * @param calls that hold it
   * @param refused how often it was over the limit
   * @param refusedMs when that was last, epoch milliseconds; 0 for never
   */
  public record Holder(String key, int calls, long refused, long refusedMs) {}
}

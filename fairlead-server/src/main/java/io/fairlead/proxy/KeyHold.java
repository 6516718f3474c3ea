// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.loop.Loop;
import io.fairlead.pool.Backend;
import io.fairlead.pool.RoomDirectory;
import io.fairlead.pool.affinity.AffinityEntry;
import io.fairlead.pool.affinity.AffinityHold;
import io.fairlead.pool.affinity.AffinityOutcome;
import io.fairlead.pool.affinity.AffinityTable;
import org.jspecify.annotations.Nullable;

/**
 * One call's hold on the residence of its key, so that others with the key follow it: at most one
 * {@link AffinityHold} at a time. All loops take and give up holds on one key; one that is slower
 * than another is told so, and looks again.
 *
 * <p>Owned by one loop.
 */
final class KeyHold {
  private final AffinityTable table;
  private final String key;
  private final Loop loop;
  private @Nullable AffinityHold stay;

  KeyHold(AffinityTable table, String key, Loop loop) {
    this.table = table;
    this.key = key;
    this.loop = loop;
  }

  /** Where the key lives, as this node's calls say; or null. */
  @Nullable AffinityEntry residence() {
    return table.find(key, loop.nowNs());
  }

  /** The call's part in the life of its key; null when it has none. */
  @Nullable AffinityHold stay() {
    return stay;
  }

  /** Has no part any more. */
  void giveUp() {
    if (stay != null) {
      stay.release();
      stay = null;
    }
  }

  /** The call was answered there; a part in the key's life that it takes so late, or null. */
  @Nullable AffinityHold won(Backend winner) {
    AffinityHold held = stay;
    if (held != null && held.backend() == winner) {
      held.answered();
      return null;
    }
    // One given up for silence answered after all.
    AffinityEntry here = residence();
    AffinityHold late = here != null && here.backend() == winner ? table.join(here, loop) : null;
    if (late != null) {
      late.answered();
      stay = late;
    }
    return late;
  }

  /** Takes part where the key lives; false when it lives there no more. */
  boolean join(AffinityEntry here) {
    return holds(table.join(here, loop), AffinityOutcome.HOME);
  }

  /**
   * Has the key live there from now on, where the table has room for it.
   *
   * @param from where it lives; null when nowhere
   * @param passed what the backends say of its room that counts no more
   * @param how it is counted
   * @return false when the key is elsewhere by now
   */
  boolean take(
      Backend to,
      @Nullable AffinityEntry from,
      RoomDirectory.@Nullable Room passed,
      AffinityOutcome how) {
    if (from != null) {
      return holds(table.move(from, to, passed, loop), how);
    }
    if (table.full(loop.nowNs())) {
      table.count(AffinityOutcome.UNKEPT);
      return true;
    }
    return holds(table.open(key, to, passed, loop), how);
  }

  private boolean holds(@Nullable AffinityHold taken, AffinityOutcome how) {
    if (taken == null) {
      return false;
    }
    stay = taken;
    table.count(how);
    return true;
  }

  /** Counts what came of the choice where nothing was taken. */
  void count(AffinityOutcome how) {
    table.count(how);
  }
}

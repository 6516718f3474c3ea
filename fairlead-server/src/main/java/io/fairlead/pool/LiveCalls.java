// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.dialog.Occupant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A backend's sets of live calls, a linked list for each loop, so that none is searched when a call
 * ends. Each list is written by its loop; its oldest call may be read by any thread. Shared: see
 * docs/ownership.md.
 */
public final class LiveCalls {
  private final Roster roster;
  private final Cells cells;
  private final int id;
  private final int slot;
  private final @Nullable Occupancy[] heads;
  // The oldest of each list, for whoever asks from another thread.
  private final AtomicReferenceArray<@Nullable Occupancy> tails;

  /**
   * @param roster keeps the sizes of the sets; gave the backend its number last
   * @param id the backend's number
   */
  LiveCalls(Roster roster, int id) {
    int loops = roster.loops();
    this.roster = roster;
    this.cells = roster.cells();
    this.id = id;
    this.slot = id % Cells.BACKENDS;
    this.heads = new Occupancy[loops];
    this.tails = new AtomicReferenceArray<>(loops);
  }

  void link(Occupancy call, int loop) {
    Occupancy head = heads[loop];
    call.next = head;
    if (head == null) {
      tails.setOpaque(loop, call);
    } else {
      head.previous = call;
    }
    heads[loop] = call;
    resized(loop, 1);
  }

  void unlink(Occupancy call, int loop) {
    Occupancy before = call.previous;
    Occupancy after = call.next;
    if (before == null) {
      heads[loop] = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      tails.setOpaque(loop, before);
    } else {
      after.previous = before;
    }
    call.previous = null;
    call.next = null;
    resized(loop, -1);
  }

  private void resized(int loop, int by) {
    cells.resized(slot, loop, by);
    roster.changed(loop, id, by);
  }

  /** Shows the calling loop's live calls. */
  public void forEach(int loop, Consumer<Occupancy> action) {
    Occupancy call = heads[loop];
    while (call != null) {
      Occupancy following = call.next;
      action.accept(call);
      call = following;
    }
  }

  /**
   * The backend was started anew: ends the calling loop's calls that it had before.
   *
   * @param startedNs when it was started
   * @return how many
   */
  public int lost(int loop, long startedNs) {
    List<Occupant> there = new ArrayList<>();
    forEach(loop, call -> there.add(call.occupant()));
    int ended = 0;
    for (Occupant occupant : there) {
      ended += occupant.backendLost(startedNs) ? 1 : 0;
    }
    return ended;
  }

  /** How long the longest has been there; 0 when there is none. From any thread. */
  long longestNs(long nowNs) {
    long longest = 0;
    for (int i = 0; i < tails.length(); i++) {
      Occupancy oldest = tails.getOpaque(i);
      longest = oldest == null ? longest : Math.max(longest, nowNs - oldest.sinceNs);
    }
    return longest;
  }
}

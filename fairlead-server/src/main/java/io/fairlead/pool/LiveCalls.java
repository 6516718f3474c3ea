// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.dialog.CountedCall;
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
  private final PoolReloadState roster;
  private final LoadCounters cells;
  private final int id;
  private final int slot;
  private final @Nullable CallSlot[] heads;
  // The oldest of each list, for whoever asks from another thread.
  private final AtomicReferenceArray<@Nullable CallSlot> tails;

  /**
   * @param roster keeps the sizes of the sets; gave the backend its number last
   * @param id the backend's number
   */
  LiveCalls(PoolReloadState roster, int id) {
    int loops = roster.loops();
    this.roster = roster;
    this.cells = roster.cells();
    this.id = id;
    this.slot = id % LoadCounters.BACKENDS;
    this.heads = new CallSlot[loops];
    this.tails = new AtomicReferenceArray<>(loops);
  }

  void link(CallSlot call, int loop) {
    CallSlot head = heads[loop];
    call.next = head;
    if (head == null) {
      tails.setOpaque(loop, call);
    } else {
      head.previous = call;
    }
    heads[loop] = call;
    resized(loop, 1);
  }

  void unlink(CallSlot call, int loop) {
    CallSlot before = call.previous;
    CallSlot after = call.next;
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
  public void forEach(int loop, Consumer<CallSlot> action) {
    CallSlot call = heads[loop];
    while (call != null) {
      CallSlot following = call.next;
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
    List<CountedCall> there = new ArrayList<>();
    forEach(loop, call -> there.add(call.occupant()));
    int ended = 0;
    for (CountedCall occupant : there) {
      ended += occupant.backendLost(startedNs) ? 1 : 0;
    }
    return ended;
  }

  /** How long the longest has been there; 0 when there is none. From any thread. */
  long longestNs(long nowNs) {
    long longest = 0;
    for (int i = 0; i < tails.length(); i++) {
      CallSlot oldest = tails.getOpaque(i);
      longest = oldest == null ? longest : Math.max(longest, nowNs - oldest.sinceNs);
    }
    return longest;
  }
}

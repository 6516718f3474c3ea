// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A backend's sets of live calls, a linked list for each loop, so that none is searched when a call
 * ends. Each list is written by its loop; its oldest call may be read by any thread. Shared: see
 * docs/ownership.md.
 */
final class LiveCalls {
  private final @Nullable Occupancy[] heads;
  // The oldest of each list, for whoever asks from another thread.
  private final AtomicReferenceArray<@Nullable Occupancy> tails;

  LiveCalls(int loops) {
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
  }

  void forEach(int loop, Consumer<Occupancy> action) {
    Occupancy call = heads[loop];
    while (call != null) {
      Occupancy following = call.next;
      action.accept(call);
      call = following;
    }
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

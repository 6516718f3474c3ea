// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A backend's sets of live calls, a linked list for each loop, so that none is searched when a call
 * ends. Each list is Owned by one loop.
 */
final class LiveCalls {
  private final @Nullable Occupancy[] heads;

  LiveCalls(int loops) {
    this.heads = new Occupancy[loops];
  }

  void link(Occupancy call, int loop) {
    Occupancy head = heads[loop];
    call.next = head;
    if (head != null) {
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
    if (after != null) {
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
}

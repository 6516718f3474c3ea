// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.dialog.CallResource;
import io.fairlead.dialog.CountedCall;
import org.jspecify.annotations.Nullable;

/**
 * A live call's place in its backend's set. Given back once with {@link #release}; giving it back
 * again does nothing.
 *
 * <p>Owned by one loop.
 */
public final class CallSlot implements CallResource {
  private final Backend backend;
  private final int loop;
  private final CountedCall occupant;
  final long sinceNs;
  @Nullable CallSlot previous;
  @Nullable CallSlot next;
  private boolean live = true;

  CallSlot(Backend backend, int loop, CountedCall occupant, long sinceNs) {
    this.backend = backend;
    this.loop = loop;
    this.occupant = occupant;
    this.sinceNs = sinceNs;
  }

  /** Whose set it is in. */
  public Backend backend() {
    return backend;
  }

  /** Who has the place. */
  public CountedCall occupant() {
    return occupant;
  }

  /** True until it is released. */
  public boolean live() {
    return live;
  }

  /** Leaves the set; on the loop where it was taken. */
  @Override
  public void release() {
    if (live) {
      live = false;
      backend.unlink(this, loop);
    }
  }
}

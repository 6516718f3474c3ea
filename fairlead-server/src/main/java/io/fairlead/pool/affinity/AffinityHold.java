// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.affinity;

import io.fairlead.dialog.CallResource;
import io.fairlead.loop.Loop;
import io.fairlead.pool.Backend;

/**
 * A call's part in the residence of its key, given back once with {@link #release}.
 *
 * <p>Owned by one loop.
 */
public final class AffinityHold implements CallResource {
  private final AffinityTable table;
  private final AffinityEntry residence;
  private final Loop loop;
  private boolean live = true;
  private boolean answered;

  AffinityHold(AffinityTable table, AffinityEntry residence, Loop loop) {
    this.table = table;
    this.residence = residence;
    this.loop = loop;
  }

  /** Where the call went. */
  public Backend backend() {
    return residence.backend();
  }

  /** The call was answered: who comes later finds somebody there. */
  public void answered() {
    if (live && !answered) {
      answered = true;
      residence.onAnswered();
    }
  }

  @Override
  public void release() {
    if (live) {
      live = false;
      table.left(residence, answered, loop.nowNs());
    }
  }
}

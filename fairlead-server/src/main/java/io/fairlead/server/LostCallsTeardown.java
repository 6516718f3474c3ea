// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.loop.Loop;
import io.fairlead.pool.Backend;
import io.fairlead.pool.Pool;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A backend was started anew: the calls it had are gone, and each loop ends its own. Says how many
 * there were when all have.
 *
 * <p>Owned by one loop, the pools' home, where the loops report.
 */
final class LostCallsTeardown {
  private static final Logger LOG = LoggerFactory.getLogger(LostCallsTeardown.class);

  private final Pool pool;
  private final Backend backend;
  private final long startedNs;
  private final List<? extends Loop> loops;
  private int outstanding;
  private int ended;

  /**
   * @param loops all, by index; the first is home
   */
  LostCallsTeardown(Pool pool, Backend backend, long startedNs, List<? extends Loop> loops) {
    this.pool = pool;
    this.backend = backend;
    this.startedNs = startedNs;
    this.loops = loops;
  }

  void run() {
    Loop home = loops.getFirst();
    outstanding = loops.size();
    for (Loop loop : loops) {
      loop.execute(() -> {
        int here = backend.calls().lost(loop.index(), startedNs);
        home.execute(() -> onEnded(here));
      });
    }
  }

  private void onEnded(int here) {
    ended += here;
    outstanding--;
    if (outstanding == 0) {
      LOG.warn(
          "backend {} of pool {} was started anew: {} of its calls are gone", backend, pool, ended);
    }
  }
}

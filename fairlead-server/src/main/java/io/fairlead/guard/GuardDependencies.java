// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard;

import io.fairlead.dialog.CookieKeys;
import io.fairlead.loop.Loop;
import io.fairlead.observe.Meters;
import io.fairlead.store.Bindings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the guard is made with. Immutable.
 *
 * @param loops all loops, by index
 * @param meters what is counted
 * @param clockMs epoch milliseconds
 * @param walker runs what takes its time, off the loops
 * @param keys the cluster's, for what is sealed
 * @param bindings where users are
 * @param stateDir the folder for what outlives a restart; null when nothing does
 */
public record GuardDependencies(
    List<? extends Loop> loops,
    Meters meters,
    LongSupplier clockMs,
    Executor walker,
    CookieKeys keys,
    Bindings bindings,
    @Nullable Path stateDir) {
  /** Copies the list. */
  public GuardDependencies {
    loops = List.copyOf(loops);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sources that have something against them, no more than a bound: then those that did nothing for
 * longest are forgotten. Owned by the home loop.
 */
final class ScoredSources {
  private final Map<Long, ScoredSource> sources;

  /**
   * @param limit most sources
   */
  ScoredSources(int limit) {
    sources =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Long, ScoredSource> eldest) {
            return size() > limit;
          }
        };
  }

  /** The source, new when it was not there. */
  ScoredSource of(long key, long nowMs) {
    return sources.computeIfAbsent(key, _ -> new ScoredSource(nowMs));
  }

  /** The source; null when it has nothing against it. */
  @Nullable ScoredSource known(long key) {
    return sources.get(key);
  }

  int size() {
    return sources.size();
  }

  /** Shows all. */
  void forEach(BiConsumer<Long, ScoredSource> visitor) {
    sources.forEach(visitor);
  }
}

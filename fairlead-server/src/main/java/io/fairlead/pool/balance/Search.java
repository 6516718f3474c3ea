// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.pool.Backend;
import io.fairlead.pool.Backends;
import org.jspecify.annotations.Nullable;

/** The last resort of algorithms that draw: looks at one after the other, when nearly all are tried or full. */
final class Search {
  private Search() {}

  /** The first free one from that place on, around the list; or null. */
  static @Nullable Backend from(Backends available, int start) {
    int size = available.size();
    for (int i = 0; i < size; i++) {
      int at = start + i;
      Backend backend = available.get(at < size ? at : at - size);
      if (available.free(backend)) {
        return backend;
      }
    }
    return null;
  }
}

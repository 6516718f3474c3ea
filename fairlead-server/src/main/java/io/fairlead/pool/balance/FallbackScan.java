// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.balance;

import io.fairlead.pool.AvailableBackends;
import io.fairlead.pool.Backend;
import org.jspecify.annotations.Nullable;

/**
 * The last resort of algorithms that draw: looks at one after the other, when nearly all are tried
 * or full.
 */
final class FallbackScan {
  /** No index. */
  static final int NONE = -1;

  private FallbackScan() {}

  /** The backend at the index, or null for {@link #NONE}. */
  static @Nullable Backend at(AvailableBackends available, int index) {
    return index == NONE ? null : available.get(index);
  }

  /** The first free one from that place on, around the list; or {@link #NONE}. */
  static int from(AvailableBackends available, int start) {
    int size = available.size();
    for (int i = 0; i < size; i++) {
      int at = start + i < size ? start + i : start + i - size;
      if (available.free(at)) {
        return at;
      }
    }
    return NONE;
  }
}

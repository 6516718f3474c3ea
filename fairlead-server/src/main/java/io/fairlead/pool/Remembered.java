// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.pool.balance.Mix;
import org.jspecify.annotations.Nullable;

/**
 * Who challenged whom: a fixed number of keys with the backend whose nonce their next request will carry. A newer key may
 * push out an older one; then that request is challenged once more. Owned by one loop.
 */
final class Remembered {
  private static final int PLACES = 4096;

  private long[] keys = {};
  private @Nullable Backend[] backends = {};

  void put(long key, Backend backend) {
    if (keys.length == 0) {
      keys = new long[PLACES];
      backends = new Backend[PLACES];
    }
    int at = place(key);
    keys[at] = key;
    backends[at] = backend;
  }

  @Nullable Backend get(long key) {
    if (keys.length == 0) {
      return null;
    }
    int at = place(key);
    return keys[at] == key ? backends[at] : null;
  }

  private static int place(long key) {
    return (int) Mix.of(key) & (PLACES - 1);
  }
}

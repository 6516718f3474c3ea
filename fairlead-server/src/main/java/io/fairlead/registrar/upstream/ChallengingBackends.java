// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.pool.Backend;
import io.fairlead.store.AddressOfRecord;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for a while which backend challenged a user's REGISTER, so that the answer goes to it:
 * a FreeSWITCH accepts only its own nonces. Two generations that change places, so that forgetting
 * costs nothing per entry.
 *
 * <p>Owned by one loop.
 */
final class ChallengingBackends {
  /** Bounds memory under a flood of unknown users; the oldest half is forgotten first. */
  private static final int MAX_ENTRIES = 20_000;

  /** People type passwords into no phone: the answer comes at once, or after retransmissions. */
  private static final long MEMORY_MS = 32_000;

  private Map<AddressOfRecord, Backend> young = new HashMap<>();
  private Map<AddressOfRecord, Backend> old = new HashMap<>();
  private long turnedMs;

  void remember(AddressOfRecord aor, Backend challenger, long nowMs) {
    turn(nowMs);
    young.put(aor, challenger);
  }

  @Nullable Backend find(AddressOfRecord aor, long nowMs) {
    turn(nowMs);
    Backend found = young.get(aor);
    return found != null ? found : old.get(aor);
  }

  private void turn(long nowMs) {
    if (nowMs - turnedMs < MEMORY_MS && young.size() < MAX_ENTRIES) {
      return;
    }
    boolean longAgo = nowMs - turnedMs >= 2 * MEMORY_MS;
    Map<AddressOfRecord, Backend> emptied = old;
    emptied.clear();
    old = young;
    young = emptied;
    if (longAgo) {
      old.clear();
    }
    turnedMs = nowMs;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import io.fairlead.net.SourceKey;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.store.Bindings;
import java.util.Arrays;

/**
 * How many registrations came from each source, when somebody last went through all of them. Since
 * they are counted anew each time, no count can drift. A source that has none any more is
 * remembered for a while. Immutable.
 */
final class RegisteredSources {
  /** Nobody. */
  static final RegisteredSources NONE =
      new RegisteredSources(new long[2], new int[2], new long[2], 0);

  // Open addressing over a power of two; a key whose count is 0 is an empty slot.
  private final long[] keys;
  private final int[] counts;
  private final long[] untilMs;
  private final int size;

  private RegisteredSources(long[] keys, int[] counts, long[] untilMs, int size) {
    this.keys = keys;
    this.counts = counts;
    this.untilMs = untilMs;
    this.size = size;
  }

  /**
   * Goes through all registrations.
   *
   * @param before what was known
   * @param nowMs epoch milliseconds
   * @param rememberMs how long a source is remembered behind its last registration
   * @param most how many sources are remembered
   */
  static RegisteredSources count(
      Bindings bindings, RegisteredSources before, long nowMs, long rememberMs, int most) {
    Builder next = new Builder(most);
    bindings.forEach(nowMs, next);
    next.expireAt(nowMs + rememberMs);
    for (int i = 0; i < before.keys.length; i++) {
      if (before.counts[i] > 0 && before.untilMs[i] > nowMs) {
        next.keep(before.keys[i], before.counts[i], before.untilMs[i]);
      }
    }
    return next.built();
  }

  /** How many registrations came from a source; 0 when none did lately. */
  int of(long source) {
    int at = slot(keys, counts, source);
    return counts[at];
  }

  /** How many sources there are. */
  int size() {
    return size;
  }

  private static int slot(long[] keys, int[] counts, long source) {
    int mask = keys.length - 1;
    int at = (int) (source * 0x9e3779b97f4a7c15L >>> 40) & mask;
    while (counts[at] > 0 && keys[at] != source) {
      at = at + 1 & mask;
    }
    return at;
  }

  /** Counts. Owned by the thread that counts. */
  private static final class Builder implements Bindings.Visitor {
    private static final int SMALLEST = 64;

    private final int most;
    private long[] keys = new long[SMALLEST];
    private int[] counts = new int[SMALLEST];
    private long[] untilMs = new long[SMALLEST];
    private int size;

    Builder(int most) {
      this.most = most;
    }

    @Override
    public void visit(AddressOfRecord aor, Binding binding) {
      add(SourceKey.of(binding.origin().remote().getAddress()), 1, 0);
    }

    void expireAt(long atMs) {
      Arrays.fill(untilMs, atMs);
    }

    void keep(long key, int count, long until) {
      if (counts[slot(keys, counts, key)] == 0) {
        add(key, count, until);
      }
    }

    private void add(long key, int count, long until) {
      int at = slot(keys, counts, key);
      if (counts[at] > 0) {
        counts[at] = Math.min(Integer.MAX_VALUE - count, counts[at]) + count;
        return;
      }
      if (size >= most) {
        return;
      }
      if (size * 2 >= keys.length) {
        grow();
        at = slot(keys, counts, key);
      }
      keys[at] = key;
      counts[at] = count;
      untilMs[at] = until;
      size++;
    }

    private void grow() {
      long[] oldKeys = keys;
      int[] oldCounts = counts;
      long[] oldUntil = untilMs;
      keys = new long[oldKeys.length * 2];
      counts = new int[keys.length];
      untilMs = new long[keys.length];
      for (int i = 0; i < oldKeys.length; i++) {
        if (oldCounts[i] > 0) {
          int at = slot(keys, counts, oldKeys[i]);
          keys[at] = oldKeys[i];
          counts[at] = oldCounts[i];
          untilMs[at] = oldUntil[i];
        }
      }
    }

    RegisteredSources built() {
      return new RegisteredSources(keys, counts, untilMs, size);
    }
  }
}

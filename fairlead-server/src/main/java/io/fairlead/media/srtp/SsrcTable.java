// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.srtp;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The SSRCs that one key is used for, a few of them: most streams have one, and another each time
 * that somebody else speaks.
 *
 * <p>Owned by one media loop.
 */
final class SsrcTable {
  private final int most;
  private @Nullable SsrcState[] states = new @Nullable SsrcState[1];
  private int count;
  private @Nullable SsrcState last;

  SsrcTable(int most) {
    this.most = most;
  }

  /** What is known of one, or null. */
  @Nullable SsrcState find(int ssrc) {
    SsrcState recent = last;
    if (recent != null && recent.ssrc == ssrc) {
      return recent;
    }
    for (int i = 0; i < count; i++) {
      SsrcState each = states[i];
      if (each != null && each.ssrc == ssrc) {
        last = each;
        return each;
      }
    }
    return null;
  }

  /** True when it takes no more: one that was forgotten could come again and use an index twice. */
  boolean isFull() {
    return count >= most;
  }

  /** Begins one that it has not. */
  SsrcState add(int ssrc) {
    if (count == states.length) {
      states = Arrays.copyOf(states, Math.min(most, count * 2));
    }
    SsrcState state = new SsrcState(ssrc);
    states[count++] = state;
    last = state;
    return state;
  }
}

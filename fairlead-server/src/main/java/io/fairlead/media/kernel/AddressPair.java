// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.kernel;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Two addresses of ours that streams are forwarded between, and whether packets pass there. A
 * firewall on the way through cannot be asked, so a few streams go first and the others wait until
 * one of them is seen to come out.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class AddressPair {
  /** Nothing passed, and it is not to be tried before that time. */
  private record Block(long untilNs) {}

  /** So that one whose sides are silent does not keep the others waiting. */
  private static final int TRIALS = 4;

  private final Deque<NatStream> waiting = new ArrayDeque<>();
  private final Set<NatStream> trials = new LinkedHashSet<>();
  private boolean proven;
  private volatile @Nullable Block block;

  /** True while it is not to be tried. Any thread. */
  boolean isBlocked(long nowNs) {
    Block now = block;
    return now != null && nowNs - now.untilNs < 0;
  }

  /** Nothing passes; it is not to be tried again before that time. */
  void block(long untilNs) {
    block = new Block(untilNs);
  }

  /** True when it may be forwarded at once; else it waits. */
  boolean admit(NatStream path) {
    if (proven) {
      return true;
    }
    if (trials.size() < TRIALS) {
      trials.add(path);
      return true;
    }
    waiting.add(path);
    return false;
  }

  /** True while it is not known whether packets pass, and somebody tries. */
  boolean isTrying() {
    return !proven && !trials.isEmpty();
  }

  /** Packets pass. */
  void prove() {
    proven = true;
    block = null;
    trials.clear();
  }

  boolean isProven() {
    return proven;
  }

  /** A path has ended. */
  void leave(NatStream path) {
    trials.remove(path);
    waiting.remove(path);
  }

  /** One that has waited and may be forwarded now; null when there is none. */
  @Nullable NatStream next() {
    if (waiting.isEmpty() || !proven && trials.size() >= TRIALS) {
      return null;
    }
    NatStream path = waiting.remove();
    if (!proven) {
      trials.add(path);
    }
    return path;
  }

  /** One that waits in vain; null when there is none. */
  @Nullable NatStream refuse() {
    return waiting.poll();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

/** Counts the requests that have no final answer yet. Owned by one loop. */
final class Unfinished {
  private int count;

  /** One has begun to wait for its final answer. */
  void begun() {
    count++;
  }

  /** One has it, or nobody waits for it any more. */
  void ended() {
    count--;
  }

  /** How many wait. A reading from another thread may be old. */
  int count() {
    return count;
  }
}

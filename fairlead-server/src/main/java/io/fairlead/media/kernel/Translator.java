// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.kernel;

import io.fairlead.linux.netfilter.NetlinkBatch;
import java.io.IOException;
import java.util.Map;

/** What forwards directions and counts them. Owned by the kernel thread. */
interface Translator extends AutoCloseable {
  /** Begins to write changes, which {@link #commit} makes. */
  void begin();

  /** True when {@link #commit} is due before more is written. */
  boolean full();

  /**
   * Writes that this direction is forwarded from now on, or that it is not.
   *
   * @return the number of the last message written for it; numbers grow
   */
  int change(NatFlow flow, boolean forward);

  /**
   * Makes all changes written, or none.
   *
   * @param counted is told the last counts of what was removed
   * @return the errors (errno) by message, {@link NetlinkBatch#whole} for all; empty when done
   */
  Map<Integer, Integer> commit(CounterReader.Counted counted);

  /**
   * Reads all counters: those of what arrived before those of what left.
   *
   * @throws IOException when they cannot be read
   */
  void read(CounterReader.Counted counted) throws IOException;

  /** Ends all forwarding. */
  @Override
  void close();
}

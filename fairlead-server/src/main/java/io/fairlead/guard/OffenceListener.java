// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard;

import io.fairlead.transport.Flow;

/** Hears what sources do wrong. On any loop; never blocks. */
public interface OffenceListener {
  /** Hears nothing. */
  OffenceListener NONE = (flow, offence, proven) -> {};

  /**
   * A source did wrong.
   *
   * @param flow whose peer it was
   * @param proven whether the source has shown that it receives what is sent to its address: over a
   *     connection, or by a digest over a nonce that was sent there. What is not proven may be
   *     spoofed, to have somebody else banned
   */
  void offence(Flow flow, Offence offence, boolean proven);

  /**
   * Connections of a source brought more than its budget; once in the time of that.
   *
   * @param source see {@link io.fairlead.net.SourceKey}
   */
  default void flooded(long source) {}

  /** A device has proved its password over that flow. */
  default void proved(Flow flow) {}
}

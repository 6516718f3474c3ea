// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.sdes;

/** What becomes of a side's m= line. Immutable. */
public sealed interface SdesResult {
  /** It has SRTP. */
  record Secured(SdesKeys keys) implements SdesResult {}

  /** It has RTP as it is. */
  record Plain() implements SdesResult {}

  /**
   * It cannot be had as the side says.
   *
   * @param why for the log; without keys
   */
  record Refused(String why) implements SdesResult {}
}

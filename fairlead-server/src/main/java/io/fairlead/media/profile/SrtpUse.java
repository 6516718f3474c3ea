// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.profile;

/** Whether a side has SRTP. Immutable. */
public enum SrtpUse {
  /** It has plain RTP; an offer of SRTP alone is refused. */
  NONE,
  /** It has SRTP where it can, else plain RTP (RFC 8643). */
  ALLOW,
  /** It has SRTP, or the call is refused. */
  REQUIRE
}

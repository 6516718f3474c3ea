// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

/** In which directions a side wants media, from its own view (RFC 8866 §6.7). Immutable. */
public enum Direction {
  /** Both; what holds where nothing is said. */
  SENDRECV(true, true),
  /** It only sends, which is how it holds the other (RFC 3264 §8.4). */
  SENDONLY(true, false),
  /** It only receives. */
  RECVONLY(false, true),
  /** Neither. */
  INACTIVE(false, false);

  private final boolean sends;
  private final boolean receives;

  Direction(boolean sends, boolean receives) {
    this.sends = sends;
    this.receives = receives;
  }

  /** True when this side sends. */
  public boolean sends() {
    return sends;
  }

  /** True when this side receives. */
  public boolean receives() {
    return receives;
  }

  static Direction of(Attribute attribute) {
    return switch (attribute) {
      case SENDONLY -> SENDONLY;
      case RECVONLY -> RECVONLY;
      case INACTIVE -> INACTIVE;
      default -> SENDRECV;
    };
  }
}

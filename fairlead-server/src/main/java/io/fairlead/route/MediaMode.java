// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

/** Which way the media of a route's calls goes. Immutable. */
public enum MediaMode {
  /** From one side to the other, past us. */
  BYPASS,
  /** Over a media engine. */
  RELAY,
  /**
   * Over a media engine where the sides are on different networks, or one is behind NAT; seen at
   * each attempt.
   */
  AUTO
}

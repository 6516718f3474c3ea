// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.profile;

import java.util.Map;

/**
 * How the sides of a call want their media, by the network they are on. Immutable.
 *
 * @param name as configured
 * @param sides by network, {@code *} for every other one
 */
public record MediaProfile(String name, Map<String, SideProfile> sides) {
  private static final String EVERY = "*";

  /** Copies it. */
  public MediaProfile {
    sides = Map.copyOf(sides);
  }

  /** What holds on a network: plain RTP where nothing is said. */
  public SideProfile on(String network) {
    SideProfile named = sides.get(network);
    return named != null ? named : sides.getOrDefault(EVERY, SideProfile.PLAIN);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import java.util.Locale;

/**
 * Which way the media of a route's calls goes, and by which profile. Immutable.
 *
 * @param mode which way
 * @param profile the name of a media profile, which is relayed; empty for none
 */
public record RouteMedia(MediaMode mode, String profile) {
  /** From one side to the other, past us. */
  public static final RouteMedia BYPASS = new RouteMedia(MediaMode.BYPASS, "");

  /**
   * A mode, or the name of a profile. Whether there is such a profile is not known here.
   *
   * @throws IllegalArgumentException for what can be neither
   */
  public static RouteMedia parse(String text) {
    for (MediaMode mode : MediaMode.values()) {
      if (mode.name().toLowerCase(Locale.ROOT).equals(text)) {
        return new RouteMedia(mode, "");
      }
    }
    if (!text.matches("[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}")) {
      throw new IllegalArgumentException("`" + text + "` is no name of a media profile");
    }
    return new RouteMedia(MediaMode.RELAY, text);
  }

  /** What is accepted, for messages. */
  public static String expected() {
    return "`bypass`, `relay`, `auto` or the name of a media profile";
  }

  /** False for what passes us by. */
  public boolean relays() {
    return mode != MediaMode.BYPASS;
  }

  @Override
  public String toString() {
    return profile.isEmpty() ? mode.name().toLowerCase(Locale.ROOT) : profile;
  }
}

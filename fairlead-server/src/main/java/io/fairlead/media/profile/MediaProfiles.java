// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The profiles there are. A call's stands as a number in the cookie of its dialog: the place in the
 * order of names, from 1 on, which all nodes with the same configuration agree on.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class MediaProfiles {
  /** How many there may be: what four bits of the cookie can tell. */
  private static final int MOST = 15;

  private volatile List<MediaProfile> all = List.of();

  /** The profiles as configured, by name and network. */
  public MediaProfiles(Map<String, Map<String, SideProfile>> configured) {
    reload(configured);
  }

  /** How many there may be. */
  public static int most() {
    return MOST;
  }

  /** Takes over what is configured now; calls keep the profile they have. */
  public void reload(Map<String, Map<String, SideProfile>> configured) {
    List<MediaProfile> sorted = new ArrayList<>();
    new TreeMap<>(configured).forEach((name, sides) -> sorted.add(new MediaProfile(name, sides)));
    all = List.copyOf(sorted);
  }

  /** The number of one; 0 for none, and for one that is not there. */
  public int number(String name) {
    List<MediaProfile> now = all;
    for (int i = 0; i < now.size() && i < MOST; i++) {
      if (now.get(i).name().equals(name)) {
        return i + 1;
      }
    }
    return 0;
  }

  /** The one with that number, or null. */
  public @Nullable MediaProfile get(int number) {
    List<MediaProfile> now = all;
    return number < 1 || number > now.size() ? null : now.get(number - 1);
  }
}

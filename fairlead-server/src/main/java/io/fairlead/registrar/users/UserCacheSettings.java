// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;

/**
 * What is remembered of users that a database or an HTTP server knows. Immutable.
 *
 * @param users how many
 * @param ttl how long one is taken as true
 * @param unknown how many names nobody has
 * @param unknownTtl how long such a name is taken as nobody's
 * @param staleFor how long one is used while the source is dead
 * @param waiting how many requests may wait for the source
 * @param retry how long a source that failed is left alone
 */
public record UserCacheSettings(
    @Setting(
            value = "100000",
            doc =
                "The most users that are remembered, about 500 bytes each; those used least go"
                    + " first.")
        int users,
    @Setting(
            value = "5m",
            doc =
                "So long a user is taken as true without asking, so a changed password holds after"
                    + " this time at the latest. One in use is asked for again after half of it, in"
                    + " the background.")
        Duration ttl,
    @Setting(
            value = "10000",
            doc =
                "The most names that are remembered as nobody's. They are kept apart, so that a"
                    + " flood of invented names takes no room from users.")
        int unknown,
    @Setting(
            value = "10s",
            doc =
                "So long a name is taken as nobody's: long enough to spare the source a flood,"
                    + " short enough that a new user need not wait.")
        Duration unknownTtl,
    @Setting(
            value = "1d",
            doc =
                "While the source is dead, users asked for within this time still register: a"
                    + " database is back within a day.")
        Duration staleFor,
    @Setting(
            value = "1000",
            doc =
                "The most requests that wait for the source at once; one more is answered 500 with"
                    + " Retry-After, so that a slow source costs no memory.")
        int waiting,
    @Setting(
            value = "2s",
            doc =
                "After a failure the source is left alone for this long, and one request then tries"
                    + " it: the others need not wait for a source that is dead.")
        Duration retry) {
  public UserCacheSettings {
    positive("users", users);
    positive("unknown", unknown);
    positive("waiting", waiting);
    if (ttl.toMillis() < 1000) {
      throw new SettingException("ttl", "expected 1s or more");
    }
    if (staleFor.compareTo(ttl) < 0) {
      throw new SettingException("stale-for", "expected no less than ttl");
    }
  }

  private static void positive(String key, int value) {
    if (value < 1 || value > 100_000_000) {
      throw new SettingException(key, "expected 1 to 100000000, not " + value);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import io.fairlead.config.Secret;
import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Users from a database. Immutable.
 *
 * @param url of the database
 * @param user who asks
 * @param password of that user
 * @param query what is asked
 * @param connections at once
 * @param timeout for a connection and for an answer
 */
public record SqlUsersSettings(
    @Setting(doc = "The database, such as postgresql://10.0.0.51:5432/kamailio.") String url,
    @Setting(doc = "The database user that asks.") @Nullable String user,
    @Setting(doc = "The database user's password.") @Nullable Secret password,
    @Setting(
            value = "select * from subscriber where username = {user} and domain = {domain}",
            doc =
                "What is asked; {user}, {domain} and {realm} are filled in. Of the first row these"
                    + " columns count, by name, those that are there: ha1 and ha1_sha256 (MD5 and"
                    + " SHA-256 of user:realm:password), ha1b (MD5 of user@domain:realm:password,"
                    + " for phones that give their name so), password. The default fits Kamailio's"
                    + " table.")
        String query,
    @Setting(
            value = "4",
            doc =
                "The most connections at once: each answers thousands of questions per second, and"
                    + " the database has others to serve.")
        int connections,
    @Setting(
            value = "2s",
            doc =
                "How long a connection and an answer may take: a phone repeats its REGISTER for 32"
                    + " s, but people look at it sooner.")
        Duration timeout) {
  public SqlUsersSettings {
    if (!url.startsWith("postgresql://") && !url.startsWith("jdbc:postgresql:")) {
      throw new SettingException("url", "expected postgresql://host:port/database");
    }
    if (!query.contains("{user}")) {
      throw new SettingException("query", "expected {user} in it");
    }
    if (query.contains("'{") || query.contains("?")) {
      throw new SettingException("query", "expected no quotes around {user}, and no ?");
    }
    if (connections < 1 || connections > 100) {
      throw new SettingException("connections", "expected 1 to 100, not " + connections);
    }
    if (timeout.toMillis() < 250 || timeout.toSeconds() > 30) {
      throw new SettingException("timeout", "expected 250ms to 30s");
    }
  }
}

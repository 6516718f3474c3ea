// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.users;

import io.fairlead.config.Secret;
import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Users from an HTTP server. Immutable.
 *
 * @param url asked for each user
 * @param token sent as bearer token
 * @param timeout for a whole answer
 */
public record HttpUsersSettings(
    @Setting(
            shortForm = true,
            doc =
                "Asked with GET; {user}, {domain} and {realm} are filled in. The answer is 200 with"
                    + " JSON such as {\"ha1\": \"...\", \"ha1_sha256\": \"...\"} or {\"password\":"
                    + " \"...\"}, or 404 where there is no such user. The certificate of an https"
                    + " server is checked.")
        String url,
    @Setting(doc = "Sent as Authorization: Bearer.") @Nullable Secret token,
    @Setting(
            value = "2s",
            doc =
                "How long an answer may take: a phone repeats its REGISTER for 32 s, but people"
                    + " look at it sooner.")
        Duration timeout) {
  public HttpUsersSettings {
    if (!url.matches("https?://[^@]+") || !url.contains("{user}")) {
      throw new SettingException(
          "url", "expected http:// or https://, a host, and {user} somewhere behind it");
    }
    try {
      URI.create(filled(url, "x", "x", "x"));
    } catch (IllegalArgumentException e) {
      throw new SettingException("url", "this is no URL: " + e.getMessage());
    }
    if (timeout.toMillis() < 50 || timeout.toSeconds() > 30) {
      throw new SettingException("timeout", "expected 50ms to 30s");
    }
  }

  static String filled(String url, String user, String domain, String realm) {
    return url.replace("{user}", user).replace("{domain}", domain).replace("{realm}", realm);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.ban.list;

import io.fairlead.config.Durations;
import io.fairlead.config.Secret;
import io.fairlead.config.Setting;
import io.fairlead.config.SettingException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A list of sources and networks that others have found bad: a file, or an HTTP server. Immutable.
 *
 * @param file read when it changes
 * @param url asked again and again
 * @param format how the answer is written
 * @param key what APIBAN knows us by
 * @param interval between two questions
 * @param timeout for an answer
 * @param time how long an entry holds
 * @param max entries
 */
public record BlocklistSettings(
    @Setting(
            doc =
                "A file with an address or a network a line; # and ; begin a comment. It is read"
                    + " again when it changes.")
        @Nullable Path file,
    @Setting(
            doc =
                "Where an HTTP server has the list; the certificate of an https server is checked."
                    + " For the format apiban what stands before the key, such as"
                    + " https://apiban.org/api.")
        @Nullable String url,
    @Setting(
            value = "plain",
            doc =
                "What the HTTP server answers: plain is text as in a file, apiban JSON in pages as"
                    + " APIBAN gives it, of which each page but the first has only what is new.")
        BlocklistFormat format,
    @Setting(doc = "The API key for the format apiban.") @Nullable Secret key,
    @Setting(
            value = "10m",
            doc = "Between two questions to the server; public lists ask for no more than that.")
        Duration interval,
    @Setting(value = "20s", doc = "How long an answer may take.") Duration timeout,
    @Setting(
            value = "24h",
            doc =
                "An entry holds so long, and is made longer at half of it while the list has it:"
                    + " when a server is gone for longer, its list ends. Entries of a file hold as"
                    + " long as they stand there.")
        Duration time,
    @Setting(
            value = "100000",
            doc = "The most entries taken from the list; what is beyond is counted and left.")
        int max) {
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final int MOST = 1_000_000;

  public BlocklistSettings {
    if ((file == null) == (url == null)) {
      throw new SettingException("file", "expected either `file` or `url`");
    }
    if (url != null) {
      address(url);
    }
    if (format == BlocklistFormat.APIBAN && (url == null || key == null)) {
      throw new SettingException("format", "apiban needs `url` and `key`");
    }
    if (key != null && !key.text().matches("[A-Za-z0-9_-]{1,128}")) {
      throw new SettingException("key", "expected letters, digits, - and _");
    }
    atLeast("interval", interval, SHORTEST);
    atLeast("timeout", timeout, Duration.ofMillis(50));
    atLeast("time", time, SHORTEST);
    if (max < 1 || max > MOST) {
      throw new SettingException("max", "expected 1 to " + MOST + ", not " + max);
    }
  }

  private static void address(String url) {
    if (!url.matches("https?://[^@/]+(/.*)?")) {
      throw new SettingException("url", "expected http:// or https:// and a host");
    }
    try {
      URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new SettingException("url", "this is no URL: " + e.getMessage());
    }
  }

  private static void atLeast(String key, Duration value, Duration least) {
    if (value.compareTo(least) < 0 || value.toDays() > 365) {
      throw new SettingException(key, "expected " + Durations.text(least) + " to 365d");
    }
  }

  @Override
  public String toString() {
    return file == null ? String.valueOf(url) : file.toString();
  }
}

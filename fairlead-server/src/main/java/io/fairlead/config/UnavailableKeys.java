// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What belongs to the configuration language but is not built in this version, so that a file
 * written for more is answered with "not available" and not with "unknown". A record that has the
 * key wins over this list.
 */
final class UnavailableKeys {
  /** Keys, where {@code *} is any name and {@code []} any list item. */
  private static final List<String> KEYS =
      List.of(
          "media.turn",
          "dns",
          "admin",
          "trace",
          "cluster.peers",
          "listeners[].http",
          "pools.*.auth");

  /** Values, as {@code key=value} where {@code *} is any text. */
  private static final List<String> VALUES =
      List.of(
          "routes[].mode=b2bua",
          "pools.*.balance=least-requests",
          "pools.*.backends[]=http:*",
          "pools.*.backends[].uri=http:*");

  private static final Pattern KEY_FORM = either(KEYS.stream().map(UnavailableKeys::path).toList());
  private static final Pattern VALUE_FORM =
      either(VALUES.stream().map(UnavailableKeys::value).toList());

  private UnavailableKeys() {}

  /** Whether a key that no record has is part of the language. */
  static boolean key(String path) {
    return KEY_FORM.matcher(path).matches();
  }

  /** Whether a value that was refused is part of the language. */
  static boolean value(String path, String text) {
    return VALUE_FORM.matcher(path + "=" + text).matches();
  }

  private static String path(String pattern) {
    return pattern
        .replace(".", "\\.")
        .replace("[]", "\\[\\d+\\]")
        .replace("*", "(\"[^\"]*\"|[^.\\[\"]+)");
  }

  private static String value(String pattern) {
    int equals = pattern.indexOf('=');
    String value = pattern.substring(equals + 1);
    String form =
        value.endsWith("*")
            ? Pattern.quote(value.substring(0, value.length() - 1)) + ".*"
            : Pattern.quote(value);
    return path(pattern.substring(0, equals)) + "=" + form;
  }

  private static Pattern either(List<String> forms) {
    return Pattern.compile(String.join("|", forms), Pattern.DOTALL);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One thing that a limit counts by. Immutable.
 *
 * @param kind what of the request
 * @param argument the name of the header or the digits of the prefix; empty for other kinds
 */
public record LimitKey(Kind kind, String argument) {
  /** What of a request is looked at. */
  public enum Kind {
    /** Who pays: the digest user, or whom a trusted network names. */
    ACCOUNT,
    FROM_USER,
    FROM_HOST,
    TO_USER,
    REQUEST_USER,
    SOURCE_IP,
    /** The backend that gets the call. */
    GATEWAY,
    /** The pool of the route. */
    POOL,
    /** A header's value. */
    HEADER,
    /** Only called numbers that begin so. */
    PREFIX,
    /** The called number, or user and host where none is called. */
    DESTINATION;

    final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

    boolean hasArgument() {
      return this == HEADER || this == PREFIX;
    }
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static LimitKey parse(String text) {
    int colon = text.indexOf(':');
    String word = colon < 0 ? text : text.substring(0, colon);
    String argument = colon < 0 ? "" : text.substring(colon + 1);
    for (Kind kind : Kind.values()) {
      if (kind.text.equals(word)) {
        return checked(kind, argument, colon >= 0);
      }
    }
    throw new IllegalArgumentException("`" + text + "` is not " + expected());
  }

  private static LimitKey checked(Kind kind, String argument, boolean given) {
    if (given != kind.hasArgument()) {
      throw new IllegalArgumentException(
          given
              ? "`" + kind.text + "` has nothing behind it"
              : "`" + kind.text + ":` must say which, such as `" + kind.text + sample(kind) + "`");
    }
    if (kind == Kind.PREFIX && !argument.matches("[0-9]{1,15}")) {
      throw new IllegalArgumentException(
          "`prefix:" + argument + "` must be digits, as they follow + or 00, such as `prefix:61`");
    }
    if (kind == Kind.HEADER && !argument.matches("[A-Za-z0-9.!%*_+`'~-]{1,64}")) {
      throw new IllegalArgumentException("`" + argument + "` is not the name of a header");
    }
    return new LimitKey(kind, argument);
  }

  private static String sample(Kind kind) {
    return kind == Kind.PREFIX ? ":61" : ":X-Tenant";
  }

  /** What {@link #parse} accepts, in words. */
  public static String expected() {
    return "a key such as `from-user`; there are "
        + Arrays.stream(Kind.values())
            .map(kind -> kind.text + (kind.hasArgument() ? sample(kind) : ""))
            .collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return kind.hasArgument() ? kind.text + ":" + argument : kind.text;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.sip.SipRequest;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** What of a request names the room, queue or whatever lives on one backend. Immutable. */
public final class AffinityKey {
  private static final String USER = "user";
  private static final String HEADER = "header";

  private final String text;
  private final @Nullable RegexGroups groups;
  private final @Nullable HeaderKey header;

  private AffinityKey(String text, @Nullable RegexGroups groups, @Nullable HeaderKey header) {
    this.text = text;
    this.groups = groups;
    this.header = header;
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static AffinityKey parse(String text) {
    if (text.equals(USER)) {
      return new AffinityKey(text, null, null);
    }
    int colon = text.indexOf(':');
    String part = colon < 0 ? text : text.substring(0, colon);
    String rest = text.substring(colon + 1);
    if (part.equals(USER)) {
      return new AffinityKey(text, groups(rest), null);
    }
    if (part.equals(HEADER) && colon > 0 && !rest.isEmpty() && SafeMessageText.token(rest)) {
      return new AffinityKey(text, null, HeaderKey.of(rest));
    }
    throw new IllegalArgumentException("`" + text + "` is nothing that can be a key");
  }

  private static RegexGroups groups(String regex) {
    TextPattern pattern = TextPattern.parse(regex);
    if (pattern.groups() == 0) {
      throw new IllegalArgumentException(
          "`" + regex + "` has no group: put what is the key in `( )`, as in `conf-([0-9]+)`");
    }
    if (!RegexGroups.fits(pattern)) {
      throw new IllegalArgumentException(
          "`" + regex + "`: an expression with groups must be ASCII");
    }
    return RegexGroups.of(pattern);
  }

  /** What is accepted, for messages. */
  public static String expected() {
    return "one of user, user:<expression with a group>, header:<Name>";
  }

  /** The key of a request, its escapes resolved; null when it has none, or one too long. */
  public @Nullable String of(SipRequest request) {
    HeaderKey named = header;
    if (named != null) {
      return value(request, named.first(request));
    }
    MatchInput user = MatchInput.mine();
    if (!user.user(request) || user.tooLong() || user.length() == 0) {
      return null;
    }
    return groups == null
        ? new String(user.bytes(), 0, user.length(), StandardCharsets.UTF_8)
        : group(groups, user);
  }

  private static @Nullable String group(RegexGroups groups, MatchInput user) {
    Matcher matcher = groups.in(user);
    if (matcher == null || matcher.start(1) < 0 || matcher.start(1) == matcher.end(1)) {
      return null;
    }
    int length = matcher.end(1) - matcher.start(1);
    return new String(user.bytes(), matcher.start(1), length, StandardCharsets.UTF_8);
  }

  private static @Nullable String value(SipRequest request, int line) {
    if (line < 0) {
      return null;
    }
    int length = request.valueEnd(line) - request.valueStart(line);
    return length < 1 || length > TextPattern.LONGEST
        ? null
        : new String(request.bytes(), request.valueStart(line), length, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AffinityKey key && key.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** As configured. */
  @Override
  public String toString() {
    return text;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.trust;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.SipMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Names of header lines, some with {@code *} at the end for anything. Immutable. */
public final class HeaderPatterns {
  /** Matches nothing. */
  public static final HeaderPatterns NONE = new HeaderPatterns(List.of());

  private final byte[][] names;
  private final boolean[] open;

  /** These names. */
  public HeaderPatterns(Collection<String> patterns) {
    List<byte[]> all = new ArrayList<>();
    open = new boolean[patterns.size()];
    for (String pattern : patterns) {
      check(pattern);
      open[all.size()] = pattern.endsWith("*");
      String name = open[all.size()] ? pattern.substring(0, pattern.length() - 1) : pattern;
      all.add(name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII));
    }
    names = all.toArray(new byte[0][]);
  }

  /**
   * Refuses what is no name.
   *
   * @throws IllegalArgumentException saying what was expected
   */
  public static void check(String pattern) {
    if (!pattern.matches("[A-Za-z0-9._%!+~-]+\\*?")) {
      throw new IllegalArgumentException(
          "`" + pattern + "` is no name of a header; expected one such as `X-Tenant` or `X-*`");
    }
    String lower = pattern.toLowerCase(Locale.ROOT);
    if (lower.matches(
        "via|v|from|f|to|t|call-id|i|cseq|max-forwards|content-(length|type)|l|c|"
            + "route|record-route|contact|m|require|supported|k")) {
      throw new IllegalArgumentException("no message works without `" + pattern + "`");
    }
  }

  /** True when there is none. */
  public boolean isEmpty() {
    return names.length == 0;
  }

  /** Whether the name of the i-th header line, in its long form, is one of them. */
  public boolean match(SipMessage m, int i) {
    if (names.length == 0) {
      return false;
    }
    byte[] bytes = m.bytes();
    int from = m.lineStart(i);
    int to = from;
    while (Ascii.isToken(bytes[to])) {
      to++;
    }
    return match(bytes, from, to);
  }

  private boolean match(byte[] bytes, int from, int to) {
    for (int j = 0; j < names.length; j++) {
      byte[] name = names[j];
      boolean long0 = to - from >= name.length;
      int until = open[j] && long0 ? from + name.length : to;
      if (Ascii.equalsLower(bytes, from, until, name)) {
        return true;
      }
    }
    return false;
  }
}

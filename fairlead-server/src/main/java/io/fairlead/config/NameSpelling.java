// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Names in the configuration: their spelling, and what was probably meant by a misspelt one. */
public final class NameSpelling {
  private static final int LONGEST = 64;

  private NameSpelling() {}

  /**
   * {@code maxCalls} and {@code MAX_CALLS} as {@code max-calls}; {@code consecutive5xx} as {@code
   * consecutive-5xx}.
   */
  public static String dashed(String name) {
    if (name.equals(name.toUpperCase(Locale.ROOT))) {
      return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      // After one letter digits belong to it: t1 is a timer's name.
      boolean digitsBegin = Character.isDigit(c) && i > 1 && !Character.isDigit(name.charAt(i - 1));
      if (i > 0 && (Character.isUpperCase(c) || digitsBegin)) {
        out.append('-');
      }
      out.append(Character.toLowerCase(c));
    }
    return out.toString();
  }

  /**
   * The name most like the given one, or null when none is like it: about one slip in three letters
   * is forgiven.
   */
  public static @Nullable String nearest(String given, Collection<String> names) {
    if (given.length() > LONGEST) {
      return null;
    }
    String word = spelling(given);
    String best = null;
    int least = Math.max(1, (word.length() + 1) / 3) + 1;
    for (String name : names) {
      int distance = distance(word, spelling(name));
      if (distance < least) {
        least = distance;
        best = name;
      }
    }
    return best;
  }

  private static String spelling(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Edits from one word to another, where swapping two neighbours is one edit (optimal string
   * alignment).
   */
  static int distance(String a, String b) {
    int[][] row = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      row[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      row[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int changed = row[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[i][j] = Math.min(changed, 1 + Math.min(row[i - 1][j], row[i][j - 1]));
        if (swapped(a, i, b, j)) {
          row[i][j] = Math.min(row[i][j], row[i - 2][j - 2] + 1);
        }
      }
    }
    return row[a.length()][b.length()];
  }

  private static boolean swapped(String a, int i, String b, int j) {
    return i > 1
        && j > 1
        && a.charAt(i - 1) == b.charAt(j - 2)
        && a.charAt(i - 2) == b.charAt(j - 1);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

/** How a place in the configuration is written: {@code pools.farm.backends[1].weight}. */
public final class SettingPath {
  private SettingPath() {}

  /** The path of a key; a key that is no plain word is put in quotes. */
  public static String key(String parent, String key) {
    String word = isWord(key) ? key : '"' + key + '"';
    return parent.isEmpty() ? word : parent + '.' + word;
  }

  /** The path of something below, as seen from the parent: {@code weight}, {@code backends[1]}. */
  static String below(String parent, String relative) {
    return parent.isEmpty() ? relative : parent + '.' + relative;
  }

  /** The path of a list item, from 0. */
  public static String item(String parent, int index) {
    return parent + '[' + index + ']';
  }

  /**
   * The path without its last step; cutting inside quotes gives a path that nothing has, which
   * callers skip.
   */
  static String parent(String path) {
    return path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
  }

  private static boolean isWord(String key) {
    return !key.isEmpty()
        && key.chars()
            .allMatch(c -> Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '*');
  }
}

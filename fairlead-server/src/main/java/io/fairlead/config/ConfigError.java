// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a configuration, and where. Immutable.
 *
 * @param file name of the file
 * @param line line from 1, or 0 for the file as a whole
 * @param column column from 1
 * @param path the key, such as {@code pools.farm.backends[1].weight}; empty for the text as such
 * @param message what is wrong
 * @param expected what would be right
 * @param nearest the name that was probably meant
 * @param source the line of the file
 */
public record ConfigError(
    String file,
    int line,
    int column,
    String path,
    String message,
    @Nullable String expected,
    @Nullable String nearest,
    String source) {
  private static final int SHOWN = 100;

  /** An error of the file as a whole. */
  static ConfigError of(String file, String message) {
    return new ConfigError(file, 0, 0, "", message, null, null, "");
  }

  /** An error at a place. */
  static ConfigError at(YamlSource source, SourcePosition mark, String path, String message) {
    String line = source.line(mark.line());
    return new ConfigError(
        source.name(), mark.line(), mark.column(), path, message, null, null, line);
  }

  /** The same error, saying what would be right. */
  public ConfigError expecting(@Nullable String what) {
    return new ConfigError(file, line, column, path, message, what, nearest, source);
  }

  /**
   * The same error, suggesting the one of the names that is most like the given one, if one is like
   * it.
   */
  public ConfigError suggesting(String given, Collection<String> names) {
    return suggesting(NameSpelling.nearest(given, names));
  }

  /** The same error, suggesting a name, or none. */
  public ConfigError suggesting(@Nullable String name) {
    return new ConfigError(file, line, column, path, message, expected, name, source);
  }

  /** The same error without the line of the file, for lines that hold a secret. */
  ConfigError withoutSource() {
    return new ConfigError(file, line, column, path, message, expected, nearest, "");
  }

  /** One line: place, key, message, expectation, suggestion. */
  public String headline() {
    StringBuilder out = new StringBuilder(file);
    if (line > 0) {
      out.append(':').append(line).append(':').append(column);
    }
    out.append(": ");
    if (!path.isEmpty()) {
      out.append(path).append(": ");
    }
    out.append(message);
    if (expected != null && !message.contains(expected)) {
      out.append("; expected ").append(expected);
    }
    if (nearest != null) {
      out.append(". Did you mean `").append(nearest).append("`?");
    }
    return out.toString();
  }

  /** The headline and, below it, the line of the file with a caret under the place. */
  public String text() {
    if (source.isBlank()) {
      return headline();
    }
    int length = source.codePointCount(0, source.length());
    int at = Math.min(column - 1, length);
    int from = at < SHOWN ? 0 : at - SHOWN / 2;
    int to = Math.min(length, from + SHOWN);
    String shown =
        source.substring(source.offsetByCodePoints(0, from), source.offsetByCodePoints(0, to));
    String number = Integer.toString(line);
    return headline()
        + "\n  "
        + number
        + " | "
        + shown.replace('\t', ' ').stripTrailing()
        + "\n  "
        + " ".repeat(number.length())
        + " | "
        + " ".repeat(at - from)
        + "^";
  }

  @Override
  public String toString() {
    return headline();
  }
}

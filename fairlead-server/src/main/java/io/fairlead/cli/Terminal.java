// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What is known of the terminal, if there is one. Immutable. */
public final class Terminal {
  private static final String COMMAND = "stty size </dev/tty 2>/dev/null";

  /**
   * How large it is.
   *
   * @param rows lines
   * @param columns characters in a line
   */
  public record Size(int rows, int columns) {
    /** What every terminal has. */
    public static final Size USUAL = new Size(24, 80);
  }

  private Terminal() {}

  /** True when a person looks at the output, so that it may be redrawn. */
  @SuppressWarnings("SystemConsoleNull") // true of Java 22 to 24 only
  public static boolean present() {
    Console console = System.console();
    return console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
  }

  /** Columns for text: those of the terminal; without one nothing is cut. */
  static int width() {
    return present() ? size().columns() : Integer.MAX_VALUE;
  }

  /** True when colours may be used: on a terminal, unless NO_COLOR is set. */
  public static boolean colours() {
    String refused = System.getenv("NO_COLOR");
    return (refused == null || refused.isEmpty()) && present();
  }

  /** Its size, asked of the system. */
  public static Size size() {
    try {
      Process stty = new ProcessBuilder("sh", "-c", COMMAND).start();
      String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      Size size = parse(answer);
      return size == null ? Size.USUAL : size;
    } catch (IOException e) {
      return Size.USUAL;
    }
  }

  /** Reads the answer of {@code stty size}. */
  static @Nullable Size parse(String answer) {
    String[] words = answer.strip().split(" ");
    if (words.length != 2 || !words[0].matches("[0-9]{1,4}") || !words[1].matches("[0-9]{1,4}")) {
      return null;
    }
    Size size = new Size(Integer.parseInt(words[0]), Integer.parseInt(words[1]));
    return size.rows() == 0 || size.columns() == 0 ? null : size;
  }
}

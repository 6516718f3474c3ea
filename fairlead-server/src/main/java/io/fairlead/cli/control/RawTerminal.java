// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.control;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The terminal, told to hand over each key at once and to show none, until it is closed. Owned by
 * the main thread.
 */
final class RawTerminal implements AutoCloseable {
  private static final String TERMINAL = "/dev/tty";

  private final String before;

  private RawTerminal(String before) {
    this.before = before;
  }

  /**
   * Changes it. Ctrl-C still ends the program; Ctrl-Z would leave a torn screen and does nothing.
   */
  static RawTerminal enter() {
    RawTerminal terminal = new RawTerminal(stty("-g"));
    stty("-icanon -echo susp undef min 1 time 0");
    return terminal;
  }

  /** Waits for the key, then runs the action once. */
  void untilKey(char key, Runnable then) {
    try (InputStream keys = new FileInputStream(TERMINAL)) {
      for (int c = keys.read(); c >= 0; c = keys.read()) {
        if (Character.toLowerCase(c) == key) {
          then.run();
          return;
        }
      }
    } catch (IOException e) {
      // Without a terminal there are no keys; Ctrl-C and SIGTERM remain.
    }
  }

  private static String stty(String what) {
    try {
      String command = "stty " + what + " <" + TERMINAL + " 2>/dev/null";
      Process stty = new ProcessBuilder("sh", "-c", command).start();
      return new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() {
    if (before.matches("[0-9a-f:]+")) {
      stty(before);
    }
  }
}

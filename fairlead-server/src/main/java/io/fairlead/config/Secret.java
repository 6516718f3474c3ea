// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;

/**
 * A password or key. It is never shown: not by {@link #toString}, not in errors, not in what a
 * reload prints. Immutable.
 */
public final class Secret {
  static final String EXPECTED = "`file:` and the name of a file, or `${NAME}` for a variable";

  private static final int LIMIT = 1 << 16;

  private final String text;

  private Secret(String text) {
    this.text = text;
  }

  /** A secret from its text. */
  public static Secret of(String text) {
    return new Secret(text);
  }

  /** A secret from a file, without the line break at its end. */
  static Secret file(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LIMIT + 1);
      if (bytes.length > LIMIT) {
        throw new IllegalArgumentException("the file " + file + " is larger than 64 KiB");
      }
      String text = new String(bytes, StandardCharsets.UTF_8).stripTrailing();
      if (text.isEmpty()) {
        throw new IllegalArgumentException("the file " + file + " is empty");
      }
      return new Secret(text);
    } catch (IOException e) {
      throw new IllegalArgumentException("the file " + file + " cannot be read", e);
    }
  }

  /** The secret itself. */
  public String text() {
    return text;
  }

  /** Its lines that are not blank, for files that hold several keys. */
  public List<String> lines() {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret
        && MessageDigest.isEqual(
            text.getBytes(StandardCharsets.UTF_8), secret.text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}

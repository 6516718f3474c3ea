// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A text, or the lines of a file: {@code file:NAME}, without blank lines and remarks behind {@code
 * #}. The file is read with the configuration. Immutable.
 *
 * @param lines the text, or the lines
 * @param text as written
 */
public record TextLines(List<String> lines, String text) {
  static final String EXPECTED = "a text, or `file:` and the name of a file";

  private static final String FILE = "file:";
  private static final int LIMIT = 1 << 22;

  public TextLines {
    lines = List.copyOf(lines);
  }

  static TextLines of(String text, YamlSource source) {
    if (!text.startsWith(FILE)) {
      return new TextLines(List.of(text), text);
    }
    Path file = source.directory().resolve(text.substring(FILE.length()).strip());
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LIMIT + 1);
      if (bytes.length > LIMIT) {
        throw new IllegalArgumentException("the file " + file + " is larger than 4 MiB");
      }
      List<String> lines =
          new String(bytes, StandardCharsets.UTF_8)
              .lines()
              .map(line -> line.replaceFirst("#.*", "").strip())
              .filter(line -> !line.isEmpty())
              .toList();
      return new TextLines(lines, text);
    } catch (IOException e) {
      throw new IllegalArgumentException("the file " + file + " cannot be read", e);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}

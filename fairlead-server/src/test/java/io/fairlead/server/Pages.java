// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files of the repository that tests hold to the code. {@code mvn test -Dupdate.pages=true} writes
 * those that are generated instead of comparing them; {@code git diff} then shows what changed.
 */
public final class Pages {
  private static final Path ROOT =
      Files.exists(Path.of("docs/house.txt")) ? Path.of("") : Path.of("..");
  private static final boolean UPDATE = Boolean.getBoolean("update.pages");

  private Pages() {}

  /** A file, its name as seen from the root of the repository. */
  public static Path file(String name) {
    return ROOT.resolve(name);
  }

  /** Its text. */
  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails when the file does not say what the code says, or writes it when pages are updated. */
  public static void hold(Path file, String text) {
    if (UPDATE) {
      try {
        Files.writeString(file, text);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    assertThat(read(file))
        .as("%s; to write it anew: mvn test -Dupdate.pages=true", file)
        .isEqualTo(text);
  }
}

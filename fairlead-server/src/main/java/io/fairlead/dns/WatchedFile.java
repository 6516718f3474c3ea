// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A file of the system that is read again when it has changed. Shared: see docs/ownership.md.
 *
 * @param <T> what its lines say
 */
final class WatchedFile<T> {
  /**
   * What was read, and of which moment the file was.
   *
   * @param of when the file was written; null when there was none
   * @param said what it said
   */
  private record Reading<T>(@Nullable FileTime of, T said) {}

  private final Path file;
  private final Function<List<String>, T> parse;
  private volatile @Nullable Reading<T> last;

  WatchedFile(Path file, Function<List<String>, T> parse) {
    this.file = file;
    this.parse = parse;
  }

  /** What the file says now; as an empty one when it cannot be read. */
  T now() {
    FileTime written = written();
    Reading<T> known = last;
    if (known == null || !java.util.Objects.equals(known.of(), written)) {
      known = new Reading<>(written, parse.apply(lines()));
      last = known;
    }
    return known.said();
  }

  private @Nullable FileTime written() {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return null;
    }
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(file, java.nio.charset.StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * What a file shows of itself without being read, through all links: when that is another, the file
 * may have changed. Immutable.
 *
 * @param key device and inode
 * @param modified when it was written
 * @param bytes how long it is
 */
public record FileStamp(@Nullable Object key, FileTime modified, long bytes) {
  /** As it is now; null while there is none, as between two renames. */
  public static @Nullable FileStamp of(Path file) {
    try {
      BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileStamp(is.fileKey(), is.lastModifiedTime(), is.size());
    } catch (IOException e) {
      return null;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {
  private static final int PATIENCE_SECONDS = 20;

  @TempDir Path directory;
  private final LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("farm.yaml");
    Files.writeString(file, "one");
  }

  @Test
  void tellsWhenTheFileIsWrittenInPlace() throws Exception {
    try (FileWatch _ = watch(file)) {
      Files.writeString(file, "two");
      assertThat(next()).isEqualTo("two");
      Files.writeString(file, "three");
      assertThat(next()).isEqualTo("three");
    }
  }

  @Test
  void tellsWhenAnEditorRenamesANewFileOverIt() throws Exception {
    try (FileWatch _ = watch(file)) {
      for (String text : new String[] {"two", "three"}) {
        Path fresh = directory.resolve("farm.yaml.swp");
        Files.writeString(fresh, text);
        Files.move(
            fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        assertThat(next()).isEqualTo(text);
      }
    }
  }

  @Test
  void tellsWhenTheFileIsRemovedAndComesBackOtherwise() throws Exception {
    try (FileWatch _ = watch(file)) {
      Files.move(file, directory.resolve("farm.yaml~"));
      Files.writeString(file, "two");
      assertThat(next()).isEqualTo("two");
    }
  }

  @Test
  void tellsWhenKubernetesSwapsTheDirectoryLink() throws Exception {
    Path mount = Files.createDirectory(directory.resolve("mount"));
    Path first = Files.createDirectory(mount.resolve("..2026_01"));
    Files.writeString(first.resolve("farm.yaml"), "one");
    Files.createSymbolicLink(mount.resolve("..data"), Path.of("..2026_01"));
    Path linked = Files.createSymbolicLink(mount.resolve("farm.yaml"), Path.of("..data/farm.yaml"));
    try (FileWatch _ = watch(linked)) {
      for (String text : new String[] {"two", "three"}) {
        Path version = Files.createDirectory(mount.resolve("..2026_" + text));
        Files.writeString(version.resolve("farm.yaml"), text);
        Path fresh = Files.createSymbolicLink(mount.resolve("..data_tmp"), version.getFileName());
        Files.move(
            fresh,
            mount.resolve("..data"),
            StandardCopyOption.REPLACE_EXISTING,
            StandardCopyOption.ATOMIC_MOVE);
        assertThat(next()).isEqualTo(text);
      }
    }
  }

  @Test
  void followsALinkToAnotherDirectory() throws Exception {
    Path etc = Files.createDirectory(directory.resolve("etc"));
    Path link = Files.createSymbolicLink(etc.resolve("farm.yaml"), file);
    try (FileWatch _ = watch(link)) {
      Files.writeString(file, "two");
      assertThat(next()).isEqualTo("two");
    }
  }

  @Test
  void saysNothingWhenTheContentIsTheSame() throws Exception {
    try (FileWatch _ = watch(file)) {
      Files.writeString(file, "one");
      Files.setLastModifiedTime(file, FileTime.fromMillis(1));
      Files.writeString(directory.resolve("other"), "x");
      Files.writeString(file, "two");
      assertThat(next()).isEqualTo("two");
    }
    assertThat(seen).isEmpty();
  }

  private FileWatch watch(Path watched) {
    return new FileWatch(
        watched,
        () -> {
          try {
            seen.add(Files.readString(watched));
          } catch (IOException e) {
            seen.add(e.toString());
          }
        });
  }

  private String next() throws InterruptedException {
    String text = seen.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return text == null ? "nothing" : text;
  }
}

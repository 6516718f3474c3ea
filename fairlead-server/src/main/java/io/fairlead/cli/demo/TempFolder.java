// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import io.fairlead.server.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder for the files of a demo, gone when it is over. Owned by one thread. */
final class TempFolder implements AutoCloseable {
  private final Path folder;

  TempFolder() throws IOException {
    folder = Files.createTempDirectory("fairlead-demo");
  }

  /** Writes a file. */
  void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  /** A file that somebody else writes. */
  Path file(String name) {
    return folder.resolve(name);
  }

  /** Writes and reads the demo's configuration. */
  Plan plan(String configuration) throws IOException {
    write("demo.yaml", configuration);
    Plan.Result result = Plan.read(folder.resolve("demo.yaml"));
    Plan plan = result.plan();
    if (plan == null) {
      throw new IllegalStateException("the demo's own configuration: " + result.errors());
    }
    return plan;
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> inside = Files.walk(folder)) {
      for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}

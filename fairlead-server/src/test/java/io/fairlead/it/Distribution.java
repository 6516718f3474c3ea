// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is run: the jars of the distribution where they are built, else (in an editor) the class
 * path of the test. {@code -Dfairlead.command=/path/to/fairlead} tests another one.
 *
 * <p>Like {@code scripts/build} it makes a start-up cache, once: without it each of a hundred
 * starts is twice the work. Immutable.
 */
final class Distribution {
  private static final Pattern READY = Pattern.compile("\\bready\\b");
  private static final @Nullable String OTHER = System.getProperty("fairlead.command");
  private static @Nullable Path cache;

  private Distribution() {}

  /** The command that runs Fairlead; what it is told to do must follow. */
  static List<String> command() throws IOException {
    if (OTHER != null) {
      return new ArrayList<>(List.of(OTHER));
    }
    Path made = cache();
    return Files.exists(made) ? fairlead("-XX:SharedArchiveFile=" + made) : fairlead();
  }

  private static List<String> fairlead(String... options) throws IOException {
    List<String> command = java(options);
    command.add("io.fairlead.cli.Main");
    return command;
  }

  private static List<String> java(String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    @Nullable String file = System.getProperty("fairlead.jvm");
    if (file != null) {
      command.add("@" + file);
    }
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", classPath()));
    return command;
  }

  private static String classPath() throws IOException {
    Path lib = Path.of(System.getProperty("fairlead.lib", "target/dist/lib"));
    if (!Files.isDirectory(lib)) {
      return System.getProperty(
          "surefire.test.class.path", System.getProperty("java.class.path", ""));
    }
    try (Stream<Path> jars = Files.list(lib)) {
      return jars.sorted()
          .map(jar -> jar.toAbsolutePath().toString())
          .collect(Collectors.joining(":"));
    }
  }

  // The file is not there when none can be made, as from a class path with directories.
  private static synchronized Path cache() throws IOException {
    if (cache == null) {
      Path directory = Program.directory("cache");
      Path classes = directory.resolve("classes");
      Path file = directory.resolve("fairlead.jsa");
      Path config =
          Files.writeString(
              directory.resolve("fairlead.yaml"),
              "listeners: [ udp://%s ]\nroutes: [ { reject: 486 } ]\ncontrol: off\nstate-dir: %s\n"
                  .formatted(Loopback.text(Loopback.free()), directory.resolve("state")));
      List<String> run = fairlead("-XX:DumpLoadedClassList=" + classes);
      run.addAll(List.of("run", config.toString()));
      try (Program once = Program.start("once", directory, run)) {
        Loopback.await(
            FairleadProcess.READY_WITHIN, () -> READY.matcher(once.read("output")).find());
      }
      List<String> dump =
          java(
              "-Xshare:dump",
              "-XX:SharedClassListFile=" + classes,
              "-XX:SharedArchiveFile=" + file);
      try (Program dumping = Program.start("dump", directory, dump)) {
        dumping.await(FairleadProcess.READY_WITHIN);
      }
      cache = file;
    }
    return cache;
  }
}

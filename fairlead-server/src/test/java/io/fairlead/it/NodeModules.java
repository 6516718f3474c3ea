// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * JsSIP and what it needs, as npm installs it by the lock file in {@code src/test/browser}, in one
 * script. Owned by one test.
 */
final class NodeModules {
  private static final Map<String, String> MAINS =
      Map.of(
          "jssip", "lib/JsSIP.js",
          "debug", "src/browser.js",
          "events", "events.js",
          "ms", "index.js",
          "sdp-transform", "lib/index.js");

  // Neither tests nor what runs outside a browser.
  private static final Pattern SCRIPT = Pattern.compile("[^/]+/((lib|src)/.*|index|events)\\.js");

  private NodeModules() {}

  /** Installs them where that was not done before for this lock file; all as one script. */
  static synchronized String script() {
    try {
      Path lock = Path.of("src/test/browser/package-lock.json");
      Path directory = Files.createDirectories(Path.of("target/browser"));
      Path done = directory.resolve("done");
      if (!Files.exists(done) || Files.mismatch(done, lock) >= 0) {
        install(directory, lock);
        Files.copy(lock, done, StandardCopyOption.REPLACE_EXISTING);
      }
      StringBuilder all = new StringBuilder();
      for (Map.Entry<String, String> each : MAINS.entrySet()) {
        String name = each.getKey();
        append(all, directory.resolve("node_modules"), name);
        all.append("mains['%s'] = '%s/%s';\n".formatted(name, name, each.getValue()));
      }
      return all.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void install(Path directory, Path lock) throws IOException {
    for (String file : List.of("package.json", "package-lock.json")) {
      Files.copy(
          lock.resolveSibling(file), directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    String npm = Program.require("npm", "npm");
    Program program =
        Program.start(
            "npm", directory, List.of(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
    if (program.await(Duration.ofMinutes(3)) != 0) {
      throw new AssertionError("npm ci\n" + program.tail("output"));
    }
  }

  private static void append(StringBuilder all, Path modules, String name) throws IOException {
    try (Stream<Path> files = Files.walk(modules.resolve(name))) {
      for (Path file : files.sorted().filter(Files::isRegularFile).toList()) {
        String path = modules.relativize(file).toString();
        if (SCRIPT.matcher(path).matches()) {
          define(all, path, Files.readString(file));
        } else if (path.endsWith("/package.json")) {
          define(all, path, "module.exports = " + Files.readString(file));
        }
      }
    }
  }

  private static void define(StringBuilder all, String path, String body) {
    all.append("define('").append(path).append("', function (module, exports, require) {\n");
    all.append(body).append("\n});\n");
  }
}

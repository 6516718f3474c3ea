// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli;

import io.fairlead.config.ConfigError;
import io.fairlead.server.Plan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads configuration files for commands and prints what is wrong with them. Immutable. */
final class ConfigLoader {
  private ConfigLoader() {}

  /**
   * The plan of the file, or null after all its errors were printed. Warnings are printed as well.
   */
  static @Nullable Plan read(Path file, PrintWriter err) {
    return printed(file, err).plan();
  }

  /** What came of reading the file, after its errors and warnings were printed. */
  static Plan.Result printed(Path file, PrintWriter err) {
    Plan.Result result = Plan.read(file);
    print(result.warnings(), "warning", err);
    print(result.errors(), "error", err);
    if (result.plan() == null) {
      int count = result.errors().size();
      err.printf("%s: %s%n", file, Plurals.count(count, "error"));
    }
    err.flush();
    return result;
  }

  private static void print(List<ConfigError> errors, String word, PrintWriter err) {
    for (ConfigError error : errors) {
      err.println(word + ": " + error.text());
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.config.BindResult;
import io.fairlead.config.ConfigBinder;
import io.fairlead.config.ConfigError;
import io.fairlead.route.Mode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A configuration file that was read and checked as a whole: start, {@code check} and reload see
 * the same errors. Immutable.
 *
 * @param file where it was read
 * @param settings what it says
 */
public record Plan(Path file, FairleadSettings settings) {
  /**
   * What came of reading a file.
   *
   * @param plan null when there are errors
   * @param errors all of them, in the order of the file
   * @param warnings what works but is probably not meant
   */
  public record Result(@Nullable Plan plan, List<ConfigError> errors, List<ConfigError> warnings) {}

  /** Reads and checks a file. */
  public static Result read(Path file) {
    BindResult<FairleadSettings> bound = ConfigBinder.bind(FairleadSettings.class, file);
    List<ConfigError> errors = new ArrayList<>(bound.errors());
    List<ConfigError> warnings = new ArrayList<>(bound.warnings());
    FairleadSettings settings = bound.value();
    ValidSettings sound =
        settings == null ? ValidSettings.of(bound.parts()) : ValidSettings.all(settings);
    if (sound != null) {
      PlanChecks checks = PlanChecks.run(sound, bound.marks());
      errors.addAll(checks.errors());
      errors.sort(PlanChecks.IN_FILE_ORDER);
      // What is not used, or not there, may only have errors.
      warnings.addAll(settings == null ? List.of() : checks.warnings());
    }
    return new Result(
        settings == null || !errors.isEmpty() ? null : new Plan(file, settings),
        List.copyOf(errors),
        List.copyOf(warnings));
  }

  /** The folder for what outlives a restart. */
  public Path stateDir() {
    Path folder = file.toAbsolutePath().getParent();
    return folder == null ? settings.stateDir() : folder.resolve(settings.stateDir());
  }

  /** True when some route forwards without state. */
  boolean anyStateless() {
    return settings.routes().stream().anyMatch(route -> route.mode() == Mode.STATELESS);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of binding a text to a record. Immutable.
 *
 * @param value the record, or null when there are errors
 * @param errors everything that is wrong, in the order of the file
 * @param warnings what works but should not be so
 * @param marks where things stand in the file
 * @param parts the records without errors, each for itself
 * @param <T> the record
 */
public record BindResult<T extends Record>(
    @Nullable T value,
    List<ConfigError> errors,
    List<ConfigError> warnings,
    SourcePositions marks,
    ErrorFreeRecords parts) {
  public BindResult {
    errors = List.copyOf(errors);
    warnings = List.copyOf(warnings);
  }

  /**
   * The record.
   *
   * @throws ConfigException with all errors, when there are any
   */
  public T orThrow() {
    T bound = value;
    if (bound == null) {
      throw new ConfigException(errors);
    }
    return bound;
  }
}

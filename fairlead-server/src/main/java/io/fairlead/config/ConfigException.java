// SPDX-License-Identifier: Apache-2.0
package io.fairlead.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot be used; the message holds every error as text. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<ConfigError> errors;

  /** One error. */
  public ConfigException(ConfigError error) {
    this(List.of(error));
  }

  /** All errors of a file. */
  public ConfigException(List<ConfigError> errors) {
    super(errors.stream().map(ConfigError::text).collect(Collectors.joining("\n")));
    this.errors = List.copyOf(errors);
  }

  /** What is wrong. */
  public List<ConfigError> errors() {
    return errors;
  }
}

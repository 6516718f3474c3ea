// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.config.ConfigError;
import io.fairlead.config.SourcePositions;
import java.util.ArrayList;
import java.util.List;

/**
 * A configuration while it is checked, and what was found so far. Owned by whoever reads the file.
 *
 * @param sound what was read, and which parts of it have errors
 * @param marks where in the file things stand
 * @param errors what cannot work
 * @param warnings what works but is probably not meant
 */
record PlanFindings(
    ValidSettings sound,
    SourcePositions marks,
    List<ConfigError> errors,
    List<ConfigError> warnings) {
  /** Nothing is found yet. */
  static PlanFindings of(ValidSettings sound, SourcePositions marks) {
    return new PlanFindings(sound, marks, new ArrayList<>(), new ArrayList<>());
  }
}

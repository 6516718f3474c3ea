// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.gate;

import io.fairlead.observe.RefusalCause;

/**
 * What becomes of a message that may not come in. Immutable.
 *
 * @param rule the name of the rule, for the log and meters
 * @param cause why; its status is the answer's
 * @param silent nothing is answered
 * @param headers lines of the answer, each with its line break
 */
public record GateRefusal(String rule, RefusalCause cause, boolean silent, String headers) {
  /** One that is answered with a plain status. */
  static GateRefusal answered(String rule, RefusalCause cause) {
    return new GateRefusal(rule, cause, false, "");
  }

  /** One that is not answered. */
  static GateRefusal dropped(String rule, RefusalCause cause) {
    return new GateRefusal(rule, cause, true, "");
  }
}

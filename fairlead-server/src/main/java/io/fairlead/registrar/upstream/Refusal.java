// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.observe.Cause;

/**
 * Why a REGISTER goes to no backend. Immutable.
 *
 * @param headers more header lines, each with CR LF, or empty
 */
record Refusal(Cause cause, String headers) {
  static Refusal of(Cause cause) {
    return new Refusal(cause, "");
  }
}

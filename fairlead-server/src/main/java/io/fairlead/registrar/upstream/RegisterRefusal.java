// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.observe.RefusalCause;

/**
 * Why a REGISTER goes to no backend. Immutable.
 *
 * @param headers more header lines, each with CR LF, or empty
 */
record RegisterRefusal(RefusalCause cause, String headers) {
  static RegisterRefusal of(RefusalCause cause) {
    return new RegisterRefusal(cause, "");
  }
}

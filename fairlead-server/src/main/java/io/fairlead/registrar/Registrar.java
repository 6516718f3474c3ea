// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.sip.SipRequest;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.transport.Flow;

/**
 * The registrar (RFC 3261 §10.3).
 *
 * <p>Owned by one loop.
 */
final class Registrar implements RegisterCore {
  private final Answers answers;

  Registrar(RegistrarHouse house, Answers answers, String name, RegistrarSettings settings) {
    this.answers = answers;
  }

  @Override
  public void onRegister(Flow flow, SipRequest request, AddressOfRecord aor) {
    answers.refuse(flow, request, 503, "");
  }
}

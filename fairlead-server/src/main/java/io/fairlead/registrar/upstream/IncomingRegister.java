// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.observe.CallRecord;
import io.fairlead.route.Route;
import io.fairlead.sip.SipRequest;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.transaction.ServerTransaction;
import io.fairlead.transport.Flow;

/**
 * A REGISTER that is not answered from memory. Owned by one loop.
 *
 * @param device its transaction
 * @param aor the address of record in its To
 * @param route which named the registrar
 * @param record what the call log will say
 */
record IncomingRegister(
    ServerTransaction device, AddressOfRecord aor, Route route, CallRecord record) {
  SipRequest request() {
    return device.request();
  }

  /** By which it came. */
  Flow flow() {
    return device.flow();
  }
}

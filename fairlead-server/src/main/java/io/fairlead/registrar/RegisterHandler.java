// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.route.Route;
import io.fairlead.sip.SipRequest;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.transport.Flow;

/** What becomes of the REGISTERs of one registrar, by its mode. */
public interface RegisterHandler {
  /**
   * A REGISTER outside a dialog whose route names the registrar, on the loop that owns its address
   * of record.
   *
   * @param request borrowed
   * @param aor the address of record in its To
   * @param route which named it
   */
  void onRegister(Flow flow, SipRequest request, AddressOfRecord aor, Route route);
}

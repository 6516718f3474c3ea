// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.transport.Flow;

/** Sends a request on to another node, statefully; the registrar's way to the proxy. */
public interface NodeForwarder {
  /**
   * Sends it where its Route leads.
   *
   * @param flow by which it came
   * @param request with the Route to the node; not changed any more
   */
  void relay(Flow flow, byte[] request);
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.sip.SipRequest;
import org.jspecify.annotations.Nullable;

/**
 * Which node a user of a registrar belongs to, where the users are spread over several. Immutable.
 */
public interface HomeNodeLookup {
  /** Every user belongs here. */
  HomeNodeLookup HERE = (registrar, request) -> null;

  /**
   * Another node, and how a request gets there.
   *
   * @param node how it is reached
   * @param route the value of the Route header of a request that is passed on
   * @param redirect the Contact header of a 302 that tells the sender instead, or null
   */
  record Home(PeerNodes.Node node, byte[] route, @Nullable String redirect) {}

  /** The node that the request-URI's user belongs to; null when that is this one. */
  @Nullable Home of(String registrar, SipRequest request);
}

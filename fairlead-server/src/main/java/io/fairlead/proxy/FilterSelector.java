// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.route.Route;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import org.jspecify.annotations.Nullable;

/** Says which filters a call needs, as the configuration has it. Immutable. */
public interface FilterSelector {
  /** No call needs any. */
  FilterSelector NONE = (route, registrar, invite, in) -> 0;

  /**
   * What a call that begins needs.
   *
   * @param route what took it; null when a flow token did
   * @param registrar whose backend sends it over a device's flow; null when none does
   * @param in the flow its INVITE came by
   * @return bits of {@link io.fairlead.dialog.filter.FilterFactory#mask}; 0 for nothing
   */
  int of(
      @Nullable Route route, RoutingPolicy.@Nullable Behind registrar, SipRequest invite, Flow in);
}

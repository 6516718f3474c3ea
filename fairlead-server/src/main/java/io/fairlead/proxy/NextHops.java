// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.Call;
import io.fairlead.dns.Locator;
import io.fairlead.dns.NextHop;
import io.fairlead.loop.Loop;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The servers to which the route set of a request leads (RFC 3263 §4). Owned by one loop.
 *
 * @param routes reads the route set
 * @param exits finds flows
 * @param locator hears of servers that fail
 * @param loop where they are owned
 */
record NextHops(RouteSet routes, EgressSelector exits, Locator locator, Loop loop) {
  /** True for a place where we listen ourselves: what goes there comes back. */
  boolean isOurs(NextHop target) {
    return exits.isOurs(target.address());
  }

  /** A flow to where a request's route set leads; null when no listener speaks the transport. */
  @Nullable Flow flowTo(SipRequest r, NextHop target, Flow in) {
    routes.readKept(r);
    return exits.to(target, routes.named(), in.listener());
  }

  /** Sending to a located place failed. */
  void failed(NextHop target) {
    locator.failed(target, loop);
  }

  /** The servers of a name, the one first that has answered this call before. */
  static List<NextHop> metFirst(List<NextHop> targets, @Nullable Call call, boolean toCaller) {
    NextHop met = call == null ? null : call.met(toCaller);
    if (met == null || met.equals(targets.getFirst()) || !targets.contains(met)) {
      return targets;
    }
    List<NextHop> order = new ArrayList<>(targets);
    order.remove(met);
    order.addFirst(met);
    return order;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.MovedFlow;
import io.fairlead.dns.NextHop;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a request inside a dialog may go: the servers of the name that its route set leads to (RFC
 * 3263 §4.3), one after the other, and behind them the way to take when they lead to nobody. Which
 * of them has the dialog is noted in the call.
 *
 * <p>Owned by one loop.
 */
final class DialogTargets {
  private final DialogRequestDependencies ways;
  private final DialogOutcome outcome;
  private final SipRequest request;
  private final Flow in;
  private List<NextHop> servers = List.of();
  private int next;
  private @Nullable Flow spare;
  private PeerNodes.@Nullable Node spareRelay;
  private boolean onSpare;

  /**
   * @param in the flow by which the request came
   */
  DialogTargets(
      DialogRequestDependencies ways, DialogOutcome outcome, SipRequest request, Flow in) {
    this.ways = ways;
    this.outcome = outcome;
    this.request = request;
    this.in = in;
  }

  /** The servers there are; the one first that has answered before. */
  void found(List<NextHop> targets) {
    servers = outcome.metFirst(targets);
  }

  /**
   * The way to take when no server is left.
   *
   * @param relay the node it leads to; null for the device itself
   */
  void orElse(@Nullable Flow flow, PeerNodes.@Nullable Node relay) {
    spare = flow;
    spareRelay = relay;
  }

  /** True while there is another one to try. */
  boolean hasNext() {
    return next < servers.size() || spare != null;
  }

  /**
   * Goes on to the next one to which there is a way.
   *
   * @param serversOnly the way behind the servers is not taken
   * @return null when there is none
   */
  @Nullable Flow next(boolean serversOnly) {
    while (next < servers.size()) {
      NextHop target = servers.get(next++);
      boolean back = spare != null && ways.hops().isOurs(target);
      Flow flow = back ? null : ways.hops().flowTo(request, target, in);
      if (flow != null) {
        return flow;
      }
    }
    Flow flow = spare;
    if (flow == null || serversOnly) {
      return null;
    }
    spare = null;
    onSpare = true;
    return flow;
  }

  /** The node that the present one leads to; null for the device itself. */
  PeerNodes.@Nullable Node relay() {
    return onSpare ? spareRelay : null;
  }

  /** The present server has failed. */
  void failed() {
    if (next > 0 && next <= servers.size() && !onSpare) {
      ways.hops().failed(servers.get(next - 1));
      outcome.forget(servers.get(next - 1));
    }
  }

  /** Of several this one has the dialog: it has answered, by that flow. */
  void met(Flow out) {
    if (onSpare && spareRelay == null) {
      outcome.met(new MovedFlow(out, ways.clockMs().getAsLong()));
    } else if (servers.size() > 1) {
      outcome.met(servers.get(next - 1));
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.sip.Responses;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.Via;
import io.fairlead.transport.Flow;
import io.fairlead.transport.OutboundFlows;
import java.net.InetSocketAddress;

/**
 * Where a response goes (RFC 3261 §18.2.2, RFC 3581 §4): always to the address the request came
 * from, so that nobody can have us send to a third party. Therefore {@code maddr} and the text of
 * {@code received} are not followed; only the port may be another one.
 *
 * <p>Immutable.
 */
public final class ReplyPath {
  private final OutboundFlows wire;

  /** Paths over that wire. */
  public ReplyPath(OutboundFlows wire) {
    this.wire = wire;
  }

  /** The flow for the responses to a request with that topmost Via, which came by the flow. */
  public Flow of(Flow flow, Via via) {
    if (flow.transport().reliable()) {
      return flow.open() ? flow : atPort(flow, port(flow, via));
    }
    return via.hasRport() ? flow : atPort(flow, port(flow, via));
  }

  /**
   * Takes up the offer of a request with that topmost Via to use its connection for what goes to
   * the peer (RFC 5923 §5.2). A name in sent-by needs a certificate, which the connection looks at.
   */
  public static void alias(Flow flow, SipRequest request) {
    Via via = request.via();
    if (via.hasAlias() && flow.transport().reliable()) {
      boolean there =
          Responses.sameHost(
              request.bytes(), via.hostFrom(), via.hostTo(), flow.remote().getAddress());
      if (there || flow.transport().secure()) {
        flow.alias(port(flow, via));
      }
    }
  }

  /** The port where the peer says it listens. */
  static int port(Flow flow, Via via) {
    return via.port() > 0 ? via.port() : flow.transport().defaultPort();
  }

  /**
   * A flow to the same peer at that port; for a stream a new connection when the present one has
   * ended, unless the peer listens nowhere.
   */
  Flow atPort(Flow flow, int port) {
    InetSocketAddress remote = flow.remote();
    if (flow.transport().oneWay() || flow.open() && remote.getPort() == port) {
      return flow;
    }
    Flow other =
        wire.flowTo(
            flow.transport().name(),
            new InetSocketAddress(remote.getAddress(), port),
            flow.listener());
    return other == null ? flow : other;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.edge;

import io.fairlead.dialog.CookieKeys;
import io.fairlead.dialog.FlowToken;
import io.fairlead.net.IpLiteralParser;
import io.fairlead.sip.Edit;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.transport.Flow;
import io.fairlead.transport.OutboundFlows;
import io.fairlead.transport.Peer;
import io.fairlead.transport.Transport;
import io.fairlead.transport.Transports;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/**
 * A request outside a dialog to a URI that was sealed, such as a transfer's target or a registered
 * Contact, goes there and nowhere else: it gets a Route with the token of the flow that leads
 * there, as one has who was given it (RFC 5626 §5.3). One whose host is a name goes the way that
 * routes say.
 *
 * <p>Owned by one thread.
 */
final class SealedWay {
  private final FlowToken token;
  private final Supplier<OutboundFlows> wire;
  private final SipUri uri = new SipUri();

  SealedWay(CookieKeys keys, Supplier<OutboundFlows> wire) {
    this.token = new FlowToken(keys);
    this.wire = wire;
  }

  /**
   * Adds the Route.
   *
   * @param in by which the request came
   * @param hop the URI that was sealed
   */
  void add(SipRequest r, Flow in, SipWriter hop, Edit edit) {
    if (!uri.parse(hop.bytes(), 0, hop.length()) || !uri.isSip()) {
      return;
    }
    InetAddress address = IpLiteralParser.address(hop.bytes(), uri.hostFrom(), uri.hostTo());
    Transport by = Transports.of(uri);
    if (address == null || by == null) {
      return;
    }
    InetSocketAddress remote = new InetSocketAddress(address, Transports.port(uri));
    Flow way = wire.get().wayTo(Peer.at(by.name(), remote), in.listener());
    if (way == null) {
      return;
    }
    int first = r.first(HeaderName.ROUTE);
    SipWriter out = edit.insert(first < 0 ? r.headersEnd() : r.lineStart(first));
    token.write(out.put("Route: <sip:"), way, 0);
    out.put('@').put(in.listener().sentBy()).put(in.listener().transportParameter(false));
    out.put(";lr>\r\n");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.transport.Transport;
import java.net.InetSocketAddress;

/**
 * A caller of the virtual network: sends everything to Fairlead as its outbound proxy. Owned by the
 * test's thread.
 */
final class FakePhone extends FakeAgent {
  private final InetSocketAddress proxy;
  boolean strict;

  FakePhone(VirtualNet net, InetSocketAddress address, InetSocketAddress proxy, Transport by) {
    super(net, address);
    this.proxy = proxy;
    this.transport = by;
    this.user = "alice";
  }

  /** A dialog, or one request, that has not begun. */
  Leg leg(String target) {
    String callId = mint("call");
    Leg leg = new Leg(this, callId, mint("f"), "sip:alice@example.org", target, target);
    legs.put(callId, leg);
    return leg;
  }

  /** Calls somebody behind Fairlead. */
  Leg invite(String... headers) {
    return begin("INVITE", headers);
  }

  /** Sends a request outside a dialog. */
  Leg begin(String method, String... headers) {
    Leg leg = leg("sip:bob@example.com");
    request(leg, method, leg.cseq, headers);
    return leg;
  }

  @Override
  VirtualNet.Link link(Leg leg) {
    return strict || leg.remoteTag.isEmpty() || leg.routes.isEmpty()
        ? link(proxy, transport)
        : super.link(leg);
  }

  /** Its connection to Fairlead, which must have been opened. */
  VirtualNet.Connection connection() {
    return connections.values().iterator().next();
  }

  /** True when its Contact is not where it speaks from. */
  boolean nat() {
    return !contact.startsWith(address.getAddress().getHostAddress());
  }

  /** Closes its connection to Fairlead. */
  void hangUp() {
    connections.values().forEach(VirtualNet.Connection::hangUp);
  }

  /** Sends any text to Fairlead. */
  void raw(String text) {
    link(proxy, transport).send(text);
  }
}

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
  String registrar = "sip:example.org";

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

  /** Registers a Contact as alice@example.org and waits for the answer. */
  Seen register(String uri, String params, String... headers) {
    StringBuilder text = new StringBuilder("REGISTER " + registrar);
    text.append(" SIP/2.0\r\nVia: SIP/2.0/");
    text.append(transport.viaToken()).append(' ').append(viaAddress);
    text.append(extraVia).append(";branch=z9hG4bK").append(mint("r"));
    text.append("\r\nMax-Forwards: 70\r\nFrom: <sip:alice@example.org>;tag=1\r\n");
    text.append("To: <sip:alice@example.org>\r\nCall-ID: ").append(mint("reg"));
    text.append("\r\nCSeq: 1 REGISTER\r\nContact: <").append(uri).append('>').append(params);
    text.append("\r\nExpires: 600\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    strays = true;
    int before = received.size();
    raw(text.append("Content-Length: 0\r\n\r\n").toString());
    net.runMs(50);
    return received.get(before);
  }

  /** Registers as one device (RFC 5626). */
  Seen registerDevice(String instance) {
    String params = instance.isEmpty() ? "" : ";+sip.instance=\"<" + instance + ">\";reg-id=1";
    return register(contactUri(), params, "Supported: outbound, path");
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

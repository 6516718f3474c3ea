// SPDX-License-Identifier: Apache-2.0
package io.fairlead.route;

import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.Transport;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Requests and flows for the tests of this room. */
final class Requests {
  private Requests() {}

  static SipRequest invite(String uri, String... headers) {
    return request("INVITE", uri, headers);
  }

  static SipRequest request(String method, String uri, String... headers) {
    StringBuilder text = new StringBuilder(method + " " + uri + " SIP/2.0\r\n");
    text.append("Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\r\n");
    text.append("Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK2\r\n");
    text.append("Max-Forwards: 70\r\n");
    text.append("From: \"Alice\" <sip:alice@Example.COM>;tag=1\r\n");
    text.append("To: <sip:bob:secret@example.net:5070>\r\n");
    text.append("Call-ID: 1@192.0.2.1\r\nCSeq: 1 " + method + "\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    return parse(text + "Content-Length: 0\r\n\r\n");
  }

  static SipRequest parse(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    SipMessage message = new SipParser().parse(bytes, 0, bytes.length);
    if (!(message instanceof SipRequest request) || request.problem() != null) {
      throw new IllegalArgumentException("not a request: " + text);
    }
    return request;
  }

  static Flow flow() {
    return flow("198.51.100.7", "outside", "udp");
  }

  static Flow flow(String source, String listener, String transport) {
    Transport spoken =
        new Transport(transport, transport.toUpperCase(java.util.Locale.ROOT), 5060, false, false);
    InetSocketAddress bound = new InetSocketAddress("203.0.113.10", 5060);
    Listener at = new Listener(0, listener, spoken, bound, "203.0.113.10:5060", "net-" + listener);
    InetSocketAddress remote = new InetSocketAddress(source, 5062);
    return new Flow() {
      @Override
      public Listener listener() {
        return at;
      }

      @Override
      public InetSocketAddress remote() {
        return remote;
      }

      @Override
      public void send(byte[] bytes, int from, int to) {
        throw new IllegalStateException("routes send nothing");
      }

      @Override
      public boolean open() {
        return true;
      }
    };
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/** One call of a {@link TextPeer}, in text. Owned by one test. */
final class TextDialog {
  private final TextPeer peer;
  private final String uri;
  private final String callId = UUID.randomUUID().toString();
  private final List<String> route = new ArrayList<>();
  private String remote;
  private String to;

  TextDialog(TextPeer peer, InetSocketAddress target) {
    this.peer = peer;
    uri = "sip:1000@" + Loopback.text(target);
    remote = uri;
    to = "<" + uri + ">";
  }

  /** Sends the INVITE; with the same branch again it is a retransmission. */
  void invite(String branch) {
    peer.send(
        "INVITE " + uri + " SIP/2.0",
        "Via: " + peer.via(branch),
        "From: <sip:alice@example.com>;tag=alice",
        "To: <" + uri + ">",
        "Call-ID: " + callId,
        "CSeq: 1 INVITE",
        "Max-Forwards: 70",
        "Contact: <sip:alice@" + peer.local() + ">");
  }

  /** Takes the 200 and acknowledges it. */
  void isAnswered(String response) {
    if (TextPeer.status(response) != 200) {
      throw new AssertionError("Not answered:\n" + response);
    }
    to = TextPeer.header(response, "To");
    String contact = TextPeer.header(response, "Contact");
    remote = contact.substring(contact.indexOf('<') + 1, contact.indexOf('>'));
    for (String value : TextPeer.headers(response, "Record-Route")) {
      Collections.addAll(route, value.split("\\s*,\\s*"));
    }
    Collections.reverse(route);
    request("ACK", 1, route);
  }

  void hangUp() {
    request("BYE", 2, route);
  }

  /** Sends a BYE with another route set. */
  void hangUpBy(List<String> otherRoute) {
    request("BYE", 2, otherRoute);
  }

  /** The route set of the call, as the answer built it. */
  List<String> route() {
    return List.copyOf(route);
  }

  private void request(String method, int sequence, List<String> by) {
    List<String> lines = new ArrayList<>();
    lines.add(method + " " + remote + " SIP/2.0");
    lines.add("Via: " + peer.via(UUID.randomUUID().toString()));
    by.forEach(each -> lines.add("Route: " + each));
    lines.add("From: <sip:alice@example.com>;tag=alice");
    lines.add("To: " + to);
    lines.add("Call-ID: " + callId);
    lines.add("CSeq: " + sequence + " " + method);
    lines.add("Max-Forwards: 70");
    peer.send(lines.toArray(String[]::new));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipWriter;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One call of the caller: what it must remember, and the texts of its requests. Owned by one
 * thread.
 */
final class DemoCall {
  /** How far it is. */
  enum State {
    CALLING,
    RINGING,
    TALKING,
    HANGING_UP,
    CANCELLING,
    DONE
  }

  final String id;
  final long startedNs = System.nanoTime();
  private final int number;
  private final String local;
  private final String targetUri;
  private String to;
  private String remote;
  private List<String> routes = List.of();

  State state = State.CALLING;

  /** Which server rang or answered; empty while not known. */
  String server = "";

  /** It was ringing or talking on a server when that was killed. */
  boolean lost;

  /** What comes of hanging up does not matter: the server that knew the call is gone. */
  boolean forgiven;

  byte @Nullable [] ack;

  /**
   * @param callee the URI that is called
   */
  DemoCall(int number, InetSocketAddress local, String callee) {
    this.number = number;
    this.local = SipSnippets.hostPort(local);
    id = "demo-" + number + "-" + Long.toHexString(startedNs) + "@" + this.local;
    targetUri = callee;
    to = "<" + targetUri + ">";
    remote = targetUri;
  }

  byte[] invite() {
    return request("INVITE", targetUri, "invite", 1);
  }

  byte[] cancel() {
    return request("CANCEL", targetUri, "invite", 1);
  }

  byte[] bye() {
    return request("BYE", remote, "bye", 2);
  }

  /**
   * Learns the dialog from a 2xx (RFC 3261 §12.1.2) and makes the ACK, which is sent again for
   * every repeated 2xx.
   */
  byte[] establish(SipMessage ok) {
    to = Objects.requireNonNullElse(ok.value(HeaderName.TO), to);
    remote = Objects.requireNonNullElse(SipSnippets.contact(ok), remote);
    routes = SipSnippets.routeSet(ok);
    byte[] made = request("ACK", remote, "ack", 1);
    ack = made;
    return made;
  }

  /** The ACK to a final answer that is not 2xx belongs to the INVITE's transaction (§17.1.1.3). */
  byte[] refusedAck(SipMessage refusal) {
    to = Objects.requireNonNullElse(refusal.value(HeaderName.TO), to);
    return request("ACK", targetUri, "invite", 1);
  }

  private byte[] request(String method, String uri, String branch, int cseq) {
    SipWriter out = new SipWriter(600);
    out.put(method).put(' ').put(uri).put(" SIP/2.0").line();
    out.put("Via: SIP/2.0/UDP ").put(local).put(";rport;branch=z9hG4bK-").put(branch).put('-');
    out.number(number).put('-').hex(startedNs, 12).line();
    for (String route : routes) {
      out.put("Route: ").put(route).line();
    }
    out.put("Max-Forwards: 70").line();
    out.put("From: <sip:demo@").put(local).put(">;tag=").number(number).line();
    out.put("To: ").put(to).line();
    out.put("Call-ID: ").put(id).line();
    out.put("CSeq: ").number(cseq).put(' ').put(method).line();
    if (method.equals("INVITE")) {
      out.put("Contact: <sip:demo@").put(local).put('>').line();
    }
    out.put("Content-Length: 0").line().line();
    return out.copy();
  }
}

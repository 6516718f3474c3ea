// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import io.fairlead.cli.demo.tone.TonePhone;
import io.fairlead.sdp.Direction;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One call of a line as its caller knows it: the dialog and the texts of its requests, where all
 * addresses are private ones. Owned by the caller's thread.
 */
final class ToneCall {
  private static final String DOMAIN = "demo.example";
  private static final byte[] NOTHING = new byte[0];

  final ToneLine line;
  final String id;
  final TonePhone phone;
  private String to;
  private String remote;
  private List<String> routes = List.of();
  private int version;

  /** The last CSeq used. */
  int cseq;

  /** The CSeq of the request that waits for its final response, 0 for none. */
  int open;

  /** A provisional response came to it: it is repeated no more. */
  boolean quiet;

  /** What the last offer said. */
  Direction offered = Direction.SENDRECV;

  /** The ACK to the last 2xx, which is sent again for every repeated one. */
  byte @Nullable [] ack;

  boolean answered;

  ToneCall(ToneLine line, String id, TonePhone phone) {
    this.line = line;
    this.id = id;
    this.phone = phone;
    remote = "sip:" + line.callee() + "@" + DOMAIN;
    to = "<" + remote + ">";
  }

  /** The INVITE, or a re-INVITE once the dialog is known. */
  byte[] invite(Direction direction) {
    offered = direction;
    cseq++;
    version++;
    byte[] body = ToneDescription.write(line.caller(), line.callerAddress(), version, direction);
    return request("INVITE", "", body);
  }

  byte[] bye() {
    cseq++;
    return request("BYE", "", NOTHING);
  }

  /**
   * Learns the dialog from a 2xx (RFC 3261 §12.1.2) and makes the ACK, a transaction of its own.
   */
  byte[] establish(SipResponse ok) {
    to = Objects.requireNonNullElse(ok.value(HeaderName.TO), to);
    remote = Objects.requireNonNullElse(SipSnippets.contact(ok), remote);
    if (!answered) {
      routes = SipSnippets.routeSet(ok);
      answered = true;
    }
    byte[] made = request("ACK", "ack-", NOTHING);
    ack = made;
    return made;
  }

  /** The ACK to a final answer that is not 2xx belongs to the INVITE's transaction (§17.1.1.3). */
  byte[] refusedAck(SipResponse refusal) {
    String before = to;
    to = Objects.requireNonNullElse(refusal.value(HeaderName.TO), to);
    byte[] made = request("ACK", "", NOTHING);
    to = before;
    return made;
  }

  private byte[] request(String method, String branch, byte[] body) {
    SipWriter out = new SipWriter(900);
    out.put(method).put(' ').put(remote).put(" SIP/2.0").line();
    out.put("Via: SIP/2.0/UDP ").put(line.callerAddress()).put(":5060;rport;branch=z9hG4bK-");
    out.put(branch).put(id).put('-').number(cseq).line();
    for (String route : routes) {
      out.put("Route: ").put(route).line();
    }
    out.put("Max-Forwards: 70").line();
    out.put("From: <sip:").put(line.caller()).put("@" + DOMAIN + ">;tag=").put(id).line();
    out.put("To: ").put(to).line();
    out.put("Call-ID: ").put(id).line();
    out.put("CSeq: ").number(cseq).put(' ').put(method).line();
    if (method.equals("INVITE")) {
      out.put("Contact: <sip:").put(line.caller()).put('@').put(line.callerAddress());
      out.put(":5060>").line();
    }
    if (body.length > 0) {
      out.put("Content-Type: application/sdp").line();
    }
    out.put("Content-Length: ").number(body.length).line().line().put(body);
    return out.copy();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.transport.CapturedFlow;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A phone behind NAT that registers: its Contact is private, what is seen of it is the address it
 * is made with. It answers challenges, and remembers the nonce for its next REGISTER when told so.
 *
 * <p>Owned by the test's thread.
 */
final class RegisteringPhone implements VirtualNet.Peer {
  final VirtualNet net;
  final InetSocketAddress address;
  final String user;
  final List<Seen> responses = new ArrayList<>();
  final List<Seen> requests = new ArrayList<>();
  String contact;
  String params = "";
  String via = "192.168.77.5:40000;rport";
  String more = "";
  String expires = "300";

  /** Its session description, in answers to INVITE. */
  String body = "";

  String domain = "farm.test";
  String password = "secret";
  String callId;
  boolean answersChallenges = true;
  int cseq;
  InetSocketAddress proxy = ServerRig.FAIRLEAD;
  private String lastText = "";
  private int sent;

  RegisteringPhone(ServerRig rig, String user, int port) {
    this(rig, user, VirtualNet.at("198.51.100.7", port));
  }

  RegisteringPhone(ServerRig rig, String user, InetSocketAddress address) {
    this.net = rig.net;
    this.user = user;
    this.address = address;
    this.contact = "sip:" + user + "@192.168.77.5:40000;ob";
    this.callId = "reg-" + user + "-" + address.getAddress().getHostAddress() + address.getPort();
    net.open(address, this);
  }

  /** Sends the next REGISTER and waits until all is answered. */
  RegisteringPhone register() {
    send("");
    net.runMs(200);
    return this;
  }

  RegisteringPhone unregister() {
    String before = expires;
    expires = "0";
    register();
    expires = before;
    return this;
  }

  void send(String credentials) {
    cseq++;
    lastText =
        "REGISTER sip:"
            + domain
            + " SIP/2.0\r\nVia: SIP/2.0/UDP "
            + via
            + ";branch=z9hG4bK"
            + callId
            + "n"
            + sent++
            + "\r\nMax-Forwards: 70\r\nFrom: <sip:"
            + user
            + "@"
            + domain
            + ">;tag=1\r\nTo: <sip:"
            + user
            + "@"
            + domain
            + ">\r\nCall-ID: "
            + callId
            + "\r\nCSeq: "
            + cseq
            + " REGISTER\r\nContact: "
            + (contact.equals("*") ? "*" : "<" + contact + ">" + params)
            + "\r\nExpires: "
            + expires
            + "\r\n"
            + more
            + credentials
            + "Content-Length: 0\r\n\r\n";
    again();
  }

  /** Sends the last one once more, byte for byte. */
  void again() {
    net.udp(address, net.listener(CapturedFlow.UDP, proxy)).send(lastText);
  }

  @Override
  public void onMessage(VirtualNet.Link link, String text) {
    Seen seen = Seen.of(text);
    if (seen.isRequest()) {
      requests.add(seen);
      if (!seen.method().equals("ACK")) {
        link.send(ok(seen));
      }
      return;
    }
    responses.add(seen);
    if (seen.status() == 401 && answersChallenges && seen.cseq() == cseq) {
      String challenge = seen.first("WWW-Authenticate");
      String nonce = FakeFreeSwitch.param(challenge, "nonce");
      String response =
          FakeFreeSwitch.response(user, password, nonce, "sip:farm.test", "00000001", "c");
      send(
          "Authorization: Digest username=\""
              + user
              + "\", realm=\"farm.test\", nonce=\""
              + nonce
              + "\", uri=\"sip:farm.test\", response=\""
              + response
              + "\", algorithm=MD5, qop=auth, nc=00000001, cnonce=\"c\"\r\n");
    }
  }

  /** Requests that came, without keepalives, which come when they like. */
  List<Seen> calls() {
    return requests.stream().filter(seen -> !seen.method().equals("OPTIONS")).toList();
  }

  Seen last() {
    return responses.getLast();
  }

  private String ok(Seen request) {
    StringBuilder text = new StringBuilder("SIP/2.0 200 OK\r\n");
    for (String name : List.of("Via", "From", "To", "Call-ID", "CSeq", "Record-Route")) {
      request
          .all(name)
          .forEach(value ->
              text.append(name)
                  .append(": ")
                  .append(value)
                  .append(name.equals("To") && request.toTag().isEmpty() ? ";tag=p" : "")
                  .append("\r\n"));
    }
    boolean invited = request.method().equals("INVITE");
    String own = invited ? "Contact: <" + contact + ">\r\n" : "";
    String type = invited && !body.isEmpty() ? "Content-Type: application/sdp\r\n" : "";
    String told = invited ? body : "";
    return text.append(own)
        .append(type)
        .append("Content-Length: ")
        .append(told.length())
        .append("\r\n\r\n")
        .append(told)
        .toString();
  }

  /** What the last answer grants, in seconds. */
  int granted() {
    return Integer.parseInt(Seen.param(last().first("Contact"), "expires"));
  }
}

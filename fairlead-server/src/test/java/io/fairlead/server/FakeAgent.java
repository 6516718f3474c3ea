// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import io.fairlead.sip.Responses;
import io.fairlead.sip.SipUri;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.Transport;
import io.fairlead.transport.Transports;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A user agent of the virtual network: transactions with their retransmissions, dialogs with their
 * route sets, as RFC 3261 has them and no more. What it does with a request is a {@link Script}.
 *
 * <p>Owned by the test's thread.
 */
class FakeAgent implements VirtualNet.Peer {
  private static final long T1 = 500;
  private static final long T2 = 4000;
  private static final long GIVE_UP = 32_000;

  /** What to do with a request that is no retransmission. */
  interface Script {
    void on(Incoming in);
  }

  final VirtualNet net;
  final InetSocketAddress address;
  final List<Seen> received = new ArrayList<>();
  final Map<String, Leg> legs = new HashMap<>();
  Script inDialog = in -> in.answer(200);
  Script script = in -> in.answer(200);
  String user = "agent";
  String viaAddress;

  /** Where datagrams come from, when that is another port than it listens at. */
  @Nullable InetSocketAddress sendsFrom;

  String contact;

  /** The whole URI, when it is another than the address says. */
  @Nullable String contactUri;

  Transport transport = CapturedFlow.UDP;
  String extraVia = ";rport";

  /** More Vias in the line of ours, as jain-sip writes those of the proxies behind it. */
  String viasBelow = "";

  /** Reads each tail of a list in one line once more, as Linphone's stack does. */
  boolean multipliesLists;

  boolean terminatesOnCancel = true;
  boolean strays;
  boolean answersPings = true;
  private final Map<String, Pending> pending = new HashMap<>();
  private final Map<String, Incoming> incoming = new HashMap<>();
  private final Map<String, List<Incoming>> ofCall = new HashMap<>();
  final Map<InetSocketAddress, VirtualNet.Connection> connections = new HashMap<>();
  private int minted;

  FakeAgent(VirtualNet net, InetSocketAddress address) {
    this.net = net;
    this.address = address;
    this.viaAddress = text(address);
    this.contact = viaAddress;
    net.open(address, this);
  }

  private static String text(InetSocketAddress address) {
    String host = Responses.textOf(address.getAddress());
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
  }

  String mint(String what) {
    return what
        + minted++
        + "x"
        + address.getAddress().getHostAddress().replace('.', '-').replace(':', '-')
        + "p"
        + address.getPort();
  }

  // ---- requests out ----

  private final class Pending {
    final Leg leg;
    final String method;
    final String text;
    final VirtualNet.Link link;
    final long startedMs = net.nowMs();
    boolean provisional;
    boolean done;
    @Nullable String ack;

    Pending(Leg leg, String method, String text, VirtualNet.Link link) {
      this.leg = leg;
      this.method = method;
      this.text = text;
      this.link = link;
    }

    void transmit(long interval) {
      if (done || method.equals("INVITE") && provisional) {
        return;
      }
      if (net.nowMs() - startedMs >= GIVE_UP) {
        leg.timedOut = true;
        return;
      }
      link.send(text);
      boolean invite = method.equals("INVITE");
      if (!link.transport().reliable()) {
        net.after(interval, () -> transmit(invite ? interval * 2 : Math.min(interval * 2, T2)));
      }
    }
  }

  /** Sends a request of a dialog, or one that begins something. */
  String request(Leg leg, String method, int cseq, String... headers) {
    String branch = "z9hG4bK" + mint("b");
    String text = write(leg, method, cseq, branch, headers);
    VirtualNet.Link link = link(leg);
    Pending sent = new Pending(leg, method, text, link);
    pending.put(branch + method, sent);
    if (method.equals("INVITE")) {
      leg.inviteCseq = cseq;
    }
    sent.transmit(T1);
    return branch;
  }

  private String write(Leg leg, String method, int cseq, String branch, String... headers) {
    StringBuilder text = new StringBuilder(method + " " + leg.target + " SIP/2.0\r\n");
    text.append("Via: SIP/2.0/")
        .append(transport.viaToken())
        .append(' ')
        .append(viaAddress)
        .append(extraVia);
    text.append(";branch=").append(branch).append(viasBelow).append("\r\n");
    leg.routes.forEach(route -> text.append("Route: ").append(route).append("\r\n"));
    if (List.of(headers).stream()
        .noneMatch(h -> h.startsWith("Max-Forwards") || h.startsWith("No-Max"))) {
      text.append("Max-Forwards: 70\r\n");
    }
    text.append("From: <").append(leg.local).append(">;tag=").append(leg.localTag).append("\r\n");
    text.append("To: <").append(leg.remote).append('>');
    text.append(leg.remoteTag.isEmpty() ? "" : ";tag=" + leg.remoteTag).append("\r\n");
    text.append("Call-ID: ")
        .append(leg.callId)
        .append("\r\nCSeq: ")
        .append(cseq)
        .append(' ')
        .append(method);
    text.append("\r\nContact: <").append(contactUri()).append(">\r\n");
    for (String header : headers) {
      text.append(header.startsWith("No-Max") ? "" : header + "\r\n");
    }
    return text.append(ended(leg.bodyOf(method))).toString();
  }

  /** The end of a message: what says of its body, and that. */
  static String ended(String body) {
    String type = body.startsWith("v=0") ? "Content-Type: application/sdp\r\n" : "";
    return type + "Content-Length: " + body.length() + "\r\n\r\n" + body;
  }

  String contactUri() {
    String whole = contactUri;
    if (whole != null) {
      return whole;
    }
    String by = transport.name().replace("wss", "ws");
    return "sip:" + user + "@" + contact + (transport.reliable() ? ";transport=" + by : "");
  }

  void cancel(Leg leg, String... headers) {
    Pending invite =
        pending.values().stream()
            .filter(p -> p.leg == leg && p.method.equals("INVITE") && !p.done)
            .findFirst()
            .orElse(null);
    if (invite == null) {
      return;
    }
    Seen sent = Seen.of(invite.text);
    String text = hop(sent, "CANCEL", sent.first("To"), headers);
    Pending cancel = new Pending(leg, "CANCEL", text, invite.link);
    pending.put(sent.branch() + "CANCEL", cancel);
    cancel.transmit(T1);
  }

  /** Sends the INVITE once more, byte for byte. */
  void repeatInvite(Leg leg) {
    pending.values().stream()
        .filter(p -> p.leg == leg && p.method.equals("INVITE"))
        .forEach(p -> p.link.send(p.text));
  }

  private static String hop(Seen invite, String method, String to, String... headers) {
    StringBuilder text =
        new StringBuilder(method + " " + invite.uri() + " SIP/2.0\r\nVia: " + invite.first("Via"));
    text.append("\r\nMax-Forwards: 70\r\nFrom: ")
        .append(invite.first("From"))
        .append("\r\nTo: ")
        .append(to);
    text.append("\r\nCall-ID: ")
        .append(invite.callId())
        .append("\r\nCSeq: ")
        .append(invite.cseq())
        .append(' ');
    text.append(method).append("\r\n");
    invite.all("Route").forEach(route -> text.append("Route: ").append(route).append("\r\n"));
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    return text.append("Content-Length: 0\r\n\r\n").toString();
  }

  /** The way to a leg's next hop: its first Route, else its target. */
  VirtualNet.Link link(Leg leg) {
    String hop = Seen.bracketed(leg.routes.isEmpty() ? leg.target : leg.routes.getFirst());
    byte[] bytes = hop.getBytes(StandardCharsets.US_ASCII);
    SipUri uri = new SipUri();
    Transport by = uri.parse(bytes, 0, bytes.length) ? Transports.of(uri) : null;
    if (by == null) {
      throw new AssertionError(address + " cannot read " + hop);
    }
    String host = uri.host().replaceAll("[\\[\\]]", "");
    return link(VirtualNet.at(host, Transports.port(uri)), by);
  }

  VirtualNet.Link link(InetSocketAddress to, Transport by) {
    if (!by.reliable()) {
      InetSocketAddress from = sendsFrom;
      return net.udp(from == null ? address : from, net.listener(by, to));
    }
    VirtualNet.Connection open = connections.get(to);
    if (open == null || !open.open()) {
      open =
          net.connect(
              VirtualNet.at(address.getAddress().getHostAddress(), 40_000 + minted++),
              net.listener(by, to),
              this);
      connections.put(to, open);
    }
    return open.end();
  }

  // ---- what comes ----

  @Override
  public void onMessage(VirtualNet.Link link, String text) {
    if (text.isBlank()) {
      if (answersPings) {
        link.send("\r\n");
      }
      return;
    }
    Seen seen = Seen.of(text);
    received.add(seen);
    if (seen.isRequest()) {
      onRequest(link, seen);
    } else {
      onResponse(seen);
    }
  }

  private void onResponse(Seen response) {
    Pending sent = pending.get(response.branch() + response.method());
    if (sent == null && strays) {
      return;
    }
    if (sent == null) {
      throw new AssertionError(address + " did not ask for this:\n" + response.text());
    }
    Leg leg = sent.leg;
    leg.responses.add(response);
    sent.provisional = true;
    if (response.status() < 200) {
      return;
    }
    boolean first = !sent.done;
    sent.done = true;
    if (!sent.method.equals("INVITE")) {
      return;
    }
    if (response.status() >= 300) {
      sent.link.send(hop(Seen.of(sent.text), "ACK", response.first("To")));
      return;
    }
    if (first || leg.remoteTag.isEmpty()) {
      confirm(leg, response);
    }
    if (!leg.acknowledges) {
      return;
    }
    String ack = sent.ack;
    if (ack == null) {
      ack = write(leg, "ACK", response.cseq(), "z9hG4bK" + mint("a"), leg.inAck);
      sent.ack = ack;
    }
    if (response.toTag().equals(leg.remoteTag)) {
      link(leg).send(ack);
    } else {
      refuse(leg, response);
    }
  }

  // A second callee of a fork answered: taken, and put down at once (RFC 3261 §13.2.2.4).
  private void refuse(Leg leg, Seen response) {
    Leg other = new Leg(this, leg.callId, leg.localTag, leg.local, leg.remote, leg.target);
    confirm(other, response);
    other.cseq = leg.cseq;
    link(other).send(write(other, "ACK", response.cseq(), "z9hG4bK" + mint("a")));
    other.bye();
  }

  private static void confirm(Leg leg, Seen response) {
    leg.remoteTag = response.toTag();
    leg.target = Seen.bracketed(response.first("Contact"));
    if (!response.all("Record-Route").isEmpty()) {
      leg.routes = response.all("Record-Route").reversed();
    }
  }

  private void onRequest(VirtualNet.Link link, Seen request) {
    Leg leg = legs.get(request.callId());
    if (leg != null) {
      leg.requests.add(request);
    }
    String key = request.branch();
    if (request.method().equals("ACK")) {
      ofCall.getOrDefault(request.callId(), List.of()).stream()
          .filter(in -> in.isFor(request))
          .forEach(in -> in.acknowledged = true);
      return;
    }
    Incoming known = incoming.get(key + request.method());
    if (known != null) {
      known.again();
      return;
    }
    Incoming in = new Incoming(this, link, request);
    incoming.put(key + request.method(), in);
    ofCall.computeIfAbsent(request.callId(), id -> new ArrayList<>(1)).add(in);
    if (request.method().equals("CANCEL")) {
      in.answer(200);
      Incoming invite = incoming.get(key + "INVITE");
      if (invite != null && terminatesOnCancel) {
        invite.answer(487);
      }
    } else {
      (request.toTag().isEmpty() ? script : inDialog).on(in);
    }
  }

  /** Sends the last response to a request once more. */
  void repeat(Seen request) {
    Incoming in = incoming.get(request.branch() + request.method());
    if (in != null) {
      in.repeat();
    }
  }

  /** This side of the other side's dialog. */
  Leg facing(Leg other) {
    Leg leg = legs.get(other.callId);
    if (leg == null) {
      throw new AssertionError(address + " has no dialog " + other.callId);
    }
    return leg;
  }

  /** How often a request of that method came that was no copy. */
  long requests(String method) {
    return incoming.values().stream().filter(in -> in.request.method().equals(method)).count();
  }

  /** How often a message of that method came, copies included. */
  long copies(String method) {
    return received.stream().filter(m -> m.isRequest() && m.method().equals(method)).count();
  }

  /** The last request of that method. */
  Seen last(String method) {
    return received.stream()
        .filter(m -> m.isRequest() && m.method().equals(method))
        .toList()
        .getLast();
  }
}

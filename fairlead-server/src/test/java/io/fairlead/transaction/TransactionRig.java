// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.loop.ManualLoop;
import io.fairlead.loop.SipHash;
import io.fairlead.observe.Meters;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.CapturedOutboundFlows;
import io.fairlead.transport.Flow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table with one peer, and a user that notes what it is told. Tests speak to it in words: {@code
 * INVITE} is received, {@code 486} is answered or received, {@code +500} lets milliseconds pass.
 * Owned by one loop.
 */
final class TransactionRig implements TransactionUser, ServerListener, ResponseListener {
  final ManualLoop loop = new ManualLoop(3);
  final CapturedOutboundFlows wire = new CapturedOutboundFlows();
  final Meters meters = new Meters();
  final TransactionTable table =
      new TransactionTable(loop, wire, TimerSettings.defaults(), new SipHash(1, 2), meters);
  final CapturedFlow flow;
  final List<String> told = new ArrayList<>();
  private final SipParser parser = new SipParser();
  @Nullable ServerTransaction server;
  @Nullable ClientTransaction client;
  String branch = "z9hG4bK-peer-1";

  TransactionRig(String transport) {
    flow =
        transport.equals("tcp")
            ? CapturedFlow.tcp("192.0.2.1", 40000)
            : CapturedFlow.udp("192.0.2.1", 5070);
    table.serve(this);
  }

  /** Does each word, as a peer or as a core. */
  void act(String words) {
    for (String word : words.split(" ", -1)) {
      if (!word.isEmpty()) {
        actOne(word);
      }
    }
  }

  private void actOne(String word) {
    switch (word) {
      case "start-INVITE" -> startInvite();
      case "start-OPTIONS" -> startOptions();
      case "cancel" -> ((InviteClientTransaction) client()).cancel();
      case "terminate" -> client().terminate();
      case "trying" -> server().trying();
      case "broken" -> broken();
      case "closed" -> table.onClosed(flow, "reset");
      default -> {
        if (word.startsWith("+")) {
          loop.advanceMs(Long.parseLong(word.substring(1)));
        } else if (!Character.isDigit(word.charAt(0))) {
          receive(request(word));
        } else if (client == null) {
          respond(Integer.parseInt(word));
        } else {
          receive(response(Integer.parseInt(word), client().method().name()));
        }
      }
    }
  }

  ServerTransaction server() {
    return java.util.Objects.requireNonNull(server);
  }

  ClientTransaction client() {
    return java.util.Objects.requireNonNull(client);
  }

  void respond(int status) {
    byte[] bytes =
        ("SIP/2.0 "
                + status
                + " X\r\nVia: SIP/2.0/UDP 192.0.2.1:5070;branch="
                + branch
                + ";rport=5070\r\n"
                + "Call-ID: c1@example.com\r\nCSeq: 1 "
                + methodOf(server())
                + "\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8);
    server().respond(bytes, 0, bytes.length, status);
    Arrays.fill(bytes, (byte) 'x');
  }

  private static String methodOf(ServerTransaction transaction) {
    return transaction instanceof InviteServerTransaction ? "INVITE" : "OPTIONS";
  }

  /** A request of the peer with the present branch. */
  String request(String method) {
    return method
        + " sip:100@203.0.113.10 SIP/2.0\r\n"
        + "Via: SIP/2.0/UDP 192.0.2.1:5070;branch="
        + branch
        + ";rport\r\n"
        + "From: <sip:alice@example.com>;tag=a1\r\nTo: <sip:100@example.com>\r\n"
        + "Call-ID: c1@example.com\r\nCSeq: 1 "
        + method
        + "\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n";
  }

  void startInvite() {
    long id = table.newBranch();
    byte[] bytes = ours("INVITE", id);
    client = table.startInvite(id, flow, bytes, 3, bytes.length, this);
    Arrays.fill(bytes, (byte) 'x');
  }

  void startOptions() {
    long id = table.newBranch();
    byte[] bytes = ours("OPTIONS", id);
    client = table.start(id, flow, bytes, 3, bytes.length, this);
    Arrays.fill(bytes, (byte) 'x');
  }

  private static byte[] ours(String method, long id) {
    SipWriter out = new SipWriter();
    out.put("...")
        .put(method)
        .put(" sip:100@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 203.0.113.10;branch=");
    Branch.write(out, id, 0x1234abcd);
    out.put(
        ", SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKup\r\n"
            + "Via: SIP/2.0/UDP 198.51.100.2;branch=z9hG4bKupper\r\n");
    out.put(
        "Route: <sip:r1.example.com;lr>\r\nRoute: <sip:r2.example.com;lr>\r\nMax-Forwards: 69\r\n");
    out.put(
        "f: <sip:alice@example.com>;tag=a1\r\n"
            + "To: <sip:100@example.com>\r\n"
            + "Call-ID: c1@example.com\r\n");
    out.put("CSeq: 7 ")
        .put(method)
        .put("\r\nContact: <sip:alice@198.51.100.1>\r\nContent-Length: 4\r\n\r\nv=0\n");
    return out.copy();
  }

  /** A response of the peer to the client transaction. */
  String response(int status, String method) {
    SipWriter out = new SipWriter();
    out.put("SIP/2.0 ").number(status).put(" X\r\nVia: SIP/2.0/UDP 203.0.113.10;branch=");
    Branch.write(out, client().branch(), 0x1234abcd);
    out.put(
        ", SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKup\r\nFrom: <sip:alice@example.com>;tag=a1\r\n");
    out.put("t: <sip:100@example.com>;tag=b")
        .number(status)
        .put("\r\nCall-ID: c1@example.com\r\nCSeq: 7 ");
    return out.put(method).put("\r\nContent-Length: 0\r\n\r\n").toString();
  }

  /**
   * Gives the table a message in a buffer that is overwritten afterwards, as the transport's is.
   */
  void receive(String text) {
    receive(flow, text);
  }

  void receive(Flow by, String text) {
    byte[] bytes = ("..." + text).getBytes(StandardCharsets.UTF_8);
    switch (parser.parse(bytes, 3, bytes.length)) {
      case SipRequest request when request.problem() == null -> table.onRequest(by, request);
      case SipResponse response when response.problem() == null -> table.onResponse(by, response);
      case null, default -> throw new AssertionError("not SIP: " + text);
    }
    Arrays.fill(bytes, (byte) 'x');
  }

  /** The transport gives back the last thing sent, cut short. */
  private void broken() {
    byte[] bytes = flow.sent().getLast().getBytes(StandardCharsets.UTF_8);
    table.onUndeliverable(bytes, 0, Math.min(bytes.length, 150), "refused");
  }

  /** Methods and statuses sent since the last call. */
  String sends() {
    List<String> words = new ArrayList<>();
    for (String message : flow.take()) {
      String[] line = message.split(" ", 3);
      words.add(line[0].equals("SIP/2.0") ? line[1] : line[0]);
    }
    return String.join(" ", words);
  }

  /** What was told since the last call. */
  String tells() {
    String words = String.join(" ", told);
    told.clear();
    return words;
  }

  /** State of the one transaction. */
  String state() {
    if (client != null) {
      return switch (client()) {
        case InviteClientTransaction t -> t.state().name();
        case NonInviteClientTransaction t -> t.state().name();
      };
    }
    return switch (server()) {
      case InviteServerTransaction t -> t.state().name();
      case NonInviteServerTransaction t -> t.state().name();
    };
  }

  /** How many milliseconds lay between one sending and the next while time passes. */
  List<Long> gaps(long durationMs) {
    List<Long> gaps = new ArrayList<>();
    long last = loop.elapsedMs();
    for (long ms = 0; ms < durationMs; ms++) {
      int before = flow.sent().size();
      loop.advanceMs(1);
      if (flow.sent().size() > before) {
        gaps.add(loop.elapsedMs() - last);
        last = loop.elapsedMs();
      }
    }
    return gaps;
  }

  @Override
  public void onRequest(ServerTransaction transaction) {
    server = transaction;
    transaction.listener(this);
    told.add("request");
  }

  @Override
  public void onAck(Flow by, SipRequest ack) {
    told.add("ack");
  }

  @Override
  public void onStrayCancel(Flow by, SipRequest cancel) {
    told.add("stray-cancel");
  }

  @Override
  public void onStrayResponse(Flow by, SipResponse response) {
    told.add("stray-" + response.status());
  }

  @Override
  public void onCancel(ServerTransaction transaction, SipRequest cancel) {
    told.add("cancel");
  }

  @Override
  public void onTimeout(ServerTransaction transaction) {
    told.add("timeout");
  }

  @Override
  public void onTransportError(ServerTransaction transaction, String why) {
    told.add(why);
  }

  @Override
  public void onShutdown(ServerTransaction transaction) {
    told.add("shutdown");
  }

  @Override
  public void onResponse(ClientTransaction transaction, SipResponse response) {
    told.add(Integer.toString(response.status()));
  }

  @Override
  public void onTimeout(ClientTransaction transaction) {
    told.add("timeout");
  }

  @Override
  public void onDefect() {
    told.add("defect");
  }

  @Override
  public void onTransportError(ClientTransaction transaction, String why) {
    told.add(why);
  }
}

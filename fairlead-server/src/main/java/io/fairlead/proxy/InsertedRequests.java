// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.filter.DialogState;
import io.fairlead.dialog.filter.InsertedFlow;
import io.fairlead.dialog.filter.Party;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.transaction.TransactionTable;
import io.fairlead.transport.Listener;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Requests of ours in a dialog, written as a party would write them to the other (RFC 3261
 * §12.2.1), from what the call has seen. They are handed to the transactions as if they had come
 * in, so that they find their way as any other: NAT, names, other nodes, the filters themselves.
 *
 * <p>Owned by one loop.
 */
final class InsertedRequests {
  private static final byte[] NO_BODY = {};

  private final TransactionTable table;
  private final OwnHeaders self;
  private final SipWriter out = new SipWriter();
  private final SipParser parser = new SipParser();
  private final NameAddr element = new NameAddr();
  private final SipUri uri = new SipUri();

  InsertedRequests(TransactionTable table, OwnHeaders self) {
    this.table = table;
    this.self = self;
  }

  /**
   * An INVITE of ours.
   *
   * @param from in whose name
   * @param branch of its transaction
   */
  record InsertedInvite(
      DialogState dialog, Party from, long cseq, String branch, InsertedFlow flow) {}

  /**
   * Sends a BYE; its answer goes nowhere.
   *
   * @param from in whose name
   * @param reason the value of its Reason (RFC 3326)
   */
  void bye(DialogState dialog, Party from, String reason) {
    Listener at = listener(dialog, from);
    if (at != null) {
      InsertedFlow flow = new InsertedFlow(at, answer -> {});
      begin("BYE", dialog, from, at, branch());
      cseq(dialog.nextCseq(from), "BYE");
      out.put("Reason: ").put(reason).line();
      hand(flow, NO_BODY);
    }
  }

  /**
   * Sends a re-INVITE.
   *
   * @param from in whose name
   * @param sdp its offer; empty to ask for one
   * @param answers is given a copy of each response, from within its sending
   * @return null when the dialog does not lead through us
   */
  @Nullable InsertedInvite invite(
      DialogState dialog, Party from, byte[] sdp, Consumer<byte[]> answers) {
    Listener at = listener(dialog, from);
    if (at == null) {
      return null;
    }
    InsertedFlow flow = new InsertedFlow(at, answers);
    String branch = branch();
    InsertedInvite made = new InsertedInvite(dialog, from, dialog.nextCseq(from), branch, flow);
    begin("INVITE", dialog, from, at, branch);
    cseq(made.cseq, "INVITE");
    out.put("Contact: <").put(dialog.contact(from)).put(">\r\n");
    String session = dialog.sessionExpires(from);
    if (session != null) {
      out.put("Supported: timer\r\nSession-Expires: ").put(session).line();
    }
    hand(flow, sdp);
    return made;
  }

  /**
   * Acknowledges a 2xx.
   *
   * @param sdp the answer to an offer in it; empty for none
   */
  void acknowledge(InsertedInvite invite, byte[] sdp) {
    if (listener(invite.dialog, invite.from) != null) {
      begin("ACK", invite.dialog, invite.from, invite.flow.listener(), branch());
      cseq(invite.cseq, "ACK");
      hand(invite.flow, sdp);
    }
  }

  /** Acknowledges a failure, to the transaction that has told it. */
  void acknowledgeFailure(InsertedInvite invite) {
    hop("ACK", invite);
  }

  /** Gives one up that has no final response. */
  void cancel(InsertedInvite invite) {
    hop("CANCEL", invite);
  }

  private void hop(String method, InsertedInvite invite) {
    if (listener(invite.dialog, invite.from) != null) {
      begin(method, invite.dialog, invite.from, invite.flow.listener(), invite.branch);
      cseq(invite.cseq, method);
      hand(invite.flow, NO_BODY);
    }
  }

  /** A number that nobody can foresee. */
  long random() {
    return table.newBranch();
  }

  private String branch() {
    return "z9hG4bK-ours" + Long.toHexString(table.newBranch());
  }

  // Where the party's requests come in; null when none of the dialog's proxies is us. Leaves the
  // first Route of ours.
  private @Nullable Listener listener(DialogState dialog, Party from) {
    return ours(dialog.routes(from)) < 0 ? null : self.names().listener(uri);
  }

  private void begin(String method, DialogState dialog, Party from, Listener at, String branch) {
    List<byte[]> routes = dialog.routes(from);
    Party to = from.other();
    out.clear().put(method).put(' ').put(requestUri(dialog.contact(to))).put(" SIP/2.0\r\n");
    self.via(out, at);
    out.put(branch).line();
    for (byte[] route : routes.subList(Math.max(0, ours(routes)), routes.size())) {
      out.put("Route: ").put(route).line();
    }
    out.put("Max-Forwards: 70\r\nFrom: ").put(dialog.name(from));
    out.put("\r\nTo: ").put(dialog.name(to));
    out.put("\r\nCall-ID: ").put(dialog.callId()).line();
  }

  private void cseq(long number, String method) {
    out.put("CSeq: ").number(number).put(' ').put(method).line();
  }

  private void hand(InsertedFlow flow, byte[] sdp) {
    if (sdp.length > 0) {
      out.put("Content-Type: application/sdp\r\n");
    }
    out.put("Content-Length: ").number(sdp.length).put("\r\n\r\n").put(sdp);
    if (parser.parse(out.bytes(), 0, out.length()) instanceof SipRequest request
        && request.problem() == null) {
      table.onRequest(flow, request);
    }
  }

  // The first Route of ours: what stands before it lies between the sender and us. Leaves its URI
  // read.
  private int ours(List<byte[]> routes) {
    for (int i = 0; i < routes.size(); i++) {
      byte[] route = routes.get(i);
      if (element.parse(route, 0, route.length)
          && uri.parse(route, element.uriFrom(), element.uriTo())
          && self.names().is(uri)) {
        return i;
      }
    }
    return -1;
  }

  // Headers have no place in a Request-URI (§19.1.1).
  private static String requestUri(byte[] contact) {
    SipUri target = new SipUri();
    boolean sip = target.parse(contact, 0, contact.length) && target.isSip();
    return Ascii.text(contact, 0, sip ? target.headersFrom() : contact.length);
  }
}

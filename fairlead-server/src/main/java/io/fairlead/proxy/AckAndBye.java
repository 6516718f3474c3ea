// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.transaction.Branch;
import io.fairlead.transaction.ClientTransaction;
import io.fairlead.transaction.ResponseListener;
import io.fairlead.transaction.TransactionTable;
import io.fairlead.transport.Flow;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Ends a dialog that a backend has opened for an INVITE which was given up, and of which nobody
 * before us is told: ACK and BYE of our own (RFC 3261 §13.2.2.4). A backend that was frozen answers
 * so when it wakes, long after another one has the call.
 *
 * <p>Owned by one loop.
 */
final class AckAndBye implements ResponseListener {
  private static final String WHY = "Reason: SIP;cause=487;text=\"Answered Too Late\"\r\n";

  private final TransactionTable table;
  private final OwnHeaders self;
  private final ProxyLog log;
  private final SipWriter out = new SipWriter();
  private final NameAddr element = new NameAddr();
  private final SipUri uri = new SipUri();

  AckAndBye(TransactionTable table, OwnHeaders self, ProxyLog log) {
    this.table = table;
    this.self = self;
    this.log = log;
  }

  /**
   * Takes a 2xx. Each copy gets its ACK.
   *
   * @param flow the way to who sent it
   * @param first it is no copy, so BYE follows
   */
  void take(Flow flow, SipResponse success, boolean first) {
    if (!write("ACK", success.cseq(), flow, success, table.newBranch(), "")) {
      return;
    }
    flow.send(out.bytes(), 0, out.length());
    long branch = table.newBranch();
    if (first && write("BYE", success.cseq() + 1, flow, success, branch, WHY)) {
      log.endedLate();
      table.start(branch, flow, out.bytes(), 0, out.length(), this);
    }
  }

  // False when it has no Contact that can be sent to.
  private boolean write(
      String method, long cseq, Flow flow, SipResponse r, long branch, String headers) {
    int contact = r.first(HeaderName.CONTACT);
    byte[] bytes = r.bytes();
    if (contact < 0
        || !element.parse(bytes, r.valueStart(contact), r.valueEnd(contact))
        || !uri.parse(bytes, element.uriFrom(), element.uriTo())
        || !uri.isSip()) {
      return false;
    }
    // Headers have no place in a Request-URI (§19.1.1).
    out.clear().put(method).put(' ').put(bytes, element.uriFrom(), uri.headersFrom());
    out.put(" SIP/2.0\r\n");
    self.via(out, flow.listener());
    Branch.write(out, branch, 0);
    out.line();
    routes(r);
    out.put("Max-Forwards: 70\r\n");
    line(r, HeaderName.FROM);
    line(r, HeaderName.TO);
    line(r, HeaderName.CALL_ID);
    out.put("CSeq: ").number(cseq).put(' ').put(method).line();
    out.put(headers).put("Content-Length: 0\r\n\r\n");
    return true;
  }

  // Those behind us have recorded themselves above us, the last one uppermost.
  private void routes(SipResponse r) {
    byte[] bytes = r.bytes();
    Deque<int[]> behind = new ArrayDeque<>(0);
    for (int i = r.first(HeaderName.RECORD_ROUTE); i >= 0; i = r.next(HeaderName.RECORD_ROUTE, i)) {
      for (int from = r.valueStart(i); from >= 0; from = element.nextElement(r.valueEnd(i))) {
        boolean known =
            element.parse(bytes, from, r.valueEnd(i))
                && uri.parse(bytes, element.uriFrom(), element.uriTo());
        if (!known || self.names().is(uri)) {
          write(bytes, behind);
          return;
        }
        behind.addFirst(new int[] {from, element.end()});
      }
    }
    write(bytes, behind);
  }

  private void write(byte[] bytes, Deque<int[]> routes) {
    for (int[] each : routes) {
      out.put("Route: ").put(bytes, each[0], each[1]).line();
    }
  }

  private void line(SipResponse r, HeaderName name) {
    int i = r.first(name);
    out.put(r.bytes(), r.lineStart(i), r.lineEnd(i));
  }

  /** Whatever is said to that: it is over. */
  @Override
  public void onResponse(ClientTransaction transaction, SipResponse response) {}

  /** Nobody is there any more. */
  @Override
  public void onTimeout(ClientTransaction transaction) {}

  /** Nobody is there any more. */
  @Override
  public void onTransportError(ClientTransaction transaction, String why) {}

  /** Nobody waits for what comes of it. */
  @Override
  public void onDefect() {}
}

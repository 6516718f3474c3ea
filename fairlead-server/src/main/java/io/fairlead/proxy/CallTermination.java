// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.filter.CallEnding;
import io.fairlead.dialog.filter.ChainOwner;
import io.fairlead.dialog.filter.DialogState;
import io.fairlead.dialog.filter.FilterChain;
import io.fairlead.dialog.filter.Party;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.transaction.TransactionTable;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Ends a call that one of its filters wants ended: a BYE to each party, written as the other would
 * write it (RFC 3261 §15.1.1, RFC 3326), from what the call has seen. It is handed to the
 * transactions as if it had come in, so that it finds its way as any other: NAT, names, other
 * nodes, the filters themselves. Its answer goes nowhere.
 *
 * <p>Owned by one loop.
 */
final class CallTermination implements CallEnding {
  private final TransactionTable table;
  private final OwnHeaders self;
  private final SipWriter out = new SipWriter();
  private final SipParser parser = new SipParser();
  private final NameAddr element = new NameAddr();
  private final SipUri uri = new SipUri();

  CallTermination(TransactionTable table, OwnHeaders self) {
    this.table = table;
    this.self = self;
  }

  @Override
  public void end(FilterChain chain, RefusalCause cause, String reason) {
    SettingUp settingUp = chain.settingUp();
    if (settingUp != null) {
      settingUp.abort(cause, reason);
      return;
    }
    if (!chain.dialog().isComplete()) {
      return;
    }
    ChainOwner call = chain.call();
    if (call != null) {
      call.onEnding(cause);
    }
    bye(chain.dialog(), Party.CALLER, reason);
    bye(chain.dialog(), Party.CALLEE, reason);
  }

  // In the name of that party, to the other.
  private void bye(DialogState dialog, Party from, String reason) {
    List<byte[]> routes = dialog.routes(from);
    int ours = ours(routes);
    if (ours < 0) {
      return;
    }
    Listener at = self.names().listener(uri);
    if (at == null) {
      return;
    }
    Party to = from.other();
    out.clear().put("BYE ").put(requestUri(dialog.contact(to))).put(" SIP/2.0\r\n");
    self.via(out, at);
    out.put("z9hG4bK-bye").hex(table.newBranch(), 16).line();
    for (byte[] route : routes.subList(ours, routes.size())) {
      out.put("Route: ").put(route).line();
    }
    out.put("Max-Forwards: 70\r\nFrom: ").put(dialog.name(from));
    out.put("\r\nTo: ").put(dialog.name(to));
    out.put("\r\nCall-ID: ").put(dialog.callId());
    out.put("\r\nCSeq: ").number(dialog.nextCseq(from)).put(" BYE\r\nReason: ").put(reason);
    out.put("\r\nContent-Length: 0\r\n\r\n");
    if (parser.parse(out.bytes(), 0, out.length()) instanceof SipRequest bye
        && bye.problem() == null) {
      table.onRequest(new OwnFlow(at), bye);
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

  /** From us to us: what is answered to a request of our own. Immutable. */
  private record OwnFlow(Listener listener) implements Flow {
    @Override
    public InetSocketAddress remote() {
      return listener.bound();
    }

    @Override
    public void send(byte[] bytes, int from, int to) {}

    @Override
    public boolean open() {
      return true;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.transaction.ClientTransaction;
import io.fairlead.transaction.ResponseListener;
import io.fairlead.transport.Flow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ends the calls of a branch that is answered with success when its caller can be given no success
 * any more: it has acknowledged a failure (RFC 3261 §17.2.1). Each dialog is acknowledged and ended
 * as its caller would end one it does not want (§13.2.2.4): by ACK and BYE, along the route set of
 * the 2xx from our own Record-Route on.
 *
 * <p>Owned by one loop.
 */
final class LateSuccess implements ResponseListener {
  private static final int MAX_ROUTES = 32;

  private final Proxy proxy;
  private final Flow caller;
  private final Set<String> ended = new HashSet<>(1);
  private final NameAddr element = new NameAddr();

  /**
   * @param caller the flow by which the INVITE came
   */
  LateSuccess(Proxy proxy, Flow caller) {
    this.proxy = proxy;
    this.caller = caller;
  }

  @Override
  public void onResponse(ClientTransaction transaction, SipResponse response) {
    if (!response.isSuccess()) {
      return;
    }
    SipRequest ack = request("ACK", response, 0);
    if (ack == null) {
      return;
    }
    proxy.inDialog().oneWay(caller, ack);
    String tag = Ascii.text(response.bytes(), response.toTagFrom(), response.toTagTo());
    SipRequest bye = ended.add(tag) ? request("BYE", response, 1) : null;
    if (bye != null) {
      proxy.endedLate();
      proxy.inDialog().oneWay(caller, bye);
    }
  }

  /** Cannot come any more: there is an answer. */
  @Override
  public void onTimeout(ClientTransaction transaction) {}

  /** Cannot come any more: there is an answer. */
  @Override
  public void onTransportError(ClientTransaction transaction, String why) {}

  // Null where the 2xx does not say how its dialog is reached.
  private @Nullable SipRequest request(String method, SipResponse response, int later) {
    byte[] bytes = response.bytes();
    int contact = response.first(HeaderName.CONTACT);
    List<String> routes = routes(response);
    if (contact < 0
        || routes.isEmpty()
        || !element.parse(bytes, response.valueStart(contact), response.valueEnd(contact))) {
      return null;
    }
    SipWriter out = new SipWriter(1024);
    out.put(method).put(' ').put(bytes, element.uriFrom(), element.uriTo()).put(" SIP/2.0").line();
    proxy.self().via(out, caller.listener());
    out.put("z9hG4bK-late\r\nMax-Forwards: 70\r\n");
    routes.forEach(route -> out.put("Route: ").put(route).line());
    line(out, response, HeaderName.FROM);
    line(out, response, HeaderName.TO);
    line(out, response, HeaderName.CALL_ID);
    out.put("CSeq: ").number(response.cseq() + later).put(' ').put(method).line();
    if (later > 0) {
      out.put("Reason: SIP;cause=487;text=\"Answered Too Late\"\r\n");
    }
    out.put("Content-Length: 0\r\n\r\n");
    byte[] text = out.copy();
    SipMessage made = new SipParser().parse(text, 0, text.length);
    return made instanceof SipRequest request && made.problem() == null ? request : null;
  }

  private static void line(SipWriter out, SipMessage message, HeaderName name) {
    int i = message.first(name);
    out.put(message.bytes(), message.lineStart(i), message.lineEnd(i));
  }

  // As the caller has it (§12.1.2), without the proxies before us.
  private List<String> routes(SipResponse response) {
    byte[] bytes = response.bytes();
    List<String> routes = new ArrayList<>();
    int own = -1;
    SipUri uri = new SipUri();
    HeaderName name = HeaderName.RECORD_ROUTE;
    for (int i = response.first(name); i >= 0; i = response.next(name, i)) {
      int from = response.valueStart(i);
      while (from >= 0 && element.parse(bytes, from, response.valueEnd(i))) {
        if (uri.parse(bytes, element.uriFrom(), element.uriTo()) && proxy.self().names().is(uri)) {
          own = routes.size();
        }
        routes.add(Ascii.text(bytes, from, element.end()));
        from = element.nextElement(response.valueEnd(i));
      }
    }
    return own > MAX_ROUTES ? List.of() : routes.subList(0, own + 1).reversed();
  }
}

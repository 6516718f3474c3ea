// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;
import org.jspecify.annotations.Nullable;

/**
 * Writes what follows an INVITE on its one hop: the ACK to a non-2xx (RFC 3261 §17.1.1.3) and the
 * CANCEL (§9.1). Both have the INVITE's request-URI, topmost Via, From, Call-ID, CSeq number and
 * Route.
 *
 * <p>Owned by one loop.
 */
final class AckAndCancelWriter {
  private static final int MAX_FORWARDS = 70;

  private final SipParser parser = new SipParser();
  private final SipWriter out = new SipWriter();

  /** The ACK, with the response's To. */
  byte @Nullable [] ack(byte[] invite, SipResponse response) {
    return write(invite, "ACK", response, "");
  }

  /**
   * The CANCEL.
   *
   * @param headers more header lines, each with CR LF, or empty
   */
  byte @Nullable [] cancel(byte[] invite, String headers) {
    return write(invite, "CANCEL", null, headers);
  }

  private byte @Nullable [] write(
      byte[] invite, String method, @Nullable SipResponse response, String headers) {
    if (!(parser.parse(invite, 0, invite.length) instanceof SipRequest request)
        || !request.hasVia()) {
      return null;
    }
    byte[] bytes = request.bytes();
    out.clear()
        .put(method)
        .put(' ')
        .put(bytes, request.uriFrom(), request.uriTo())
        .put(" SIP/2.0")
        .line();
    for (int i = 0; i < request.headers(); i++) {
      switch (request.name(i)) {
        case VIA -> {
          if (i == request.via().header()) {
            out.put(bytes, request.lineStart(i), request.via().end()).line();
          }
        }
        case TO -> line(response == null ? request : response, HeaderName.TO);
        case CSEQ -> out.put("CSeq: ").number(request.cseq()).put(' ').put(method).line();
        case FROM, CALL_ID, ROUTE, MAX_FORWARDS ->
            out.put(bytes, request.lineStart(i), request.lineEnd(i));
        default -> {}
      }
    }
    if (request.maxForwards() < 0) {
      out.put("Max-Forwards: ").number(MAX_FORWARDS).line();
    }
    out.put(headers).put("Content-Length: 0\r\n\r\n");
    return out.copy();
  }

  private void line(SipMessage message, HeaderName name) {
    int i = message.first(name);
    out.put(message.bytes(), message.lineStart(i), message.lineEnd(i));
  }
}

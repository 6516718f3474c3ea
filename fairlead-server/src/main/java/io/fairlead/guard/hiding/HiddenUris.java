// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.hiding;

import io.fairlead.guard.hiding.HidingSeals.Kind;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.sip.Via;
import java.net.InetSocketAddress;

/**
 * URIs to which the outside may send: Contact, Refer-To, request-URI. One of the inside becomes one
 * of ours whose user part is itself, sealed; so it works from anywhere, in a dialog, a transfer or
 * a new call, as long as the keys live.
 *
 * <p>Owned by one loop.
 */
final class HiddenUris {
  private final HidingSeals seals;
  private final HiddenCallIds callIds;
  private final NameAddr element = new NameAddr();
  private final SipUri uri = new SipUri();
  private final Via via = new Via();

  HiddenUris(HidingSeals seals, HiddenCallIds callIds) {
    this.seals = seals;
    this.callIds = callIds;
  }

  // ---- on the way out ----

  /** Hides a header line of Contacts. */
  void contacts(CrossingMessage x, int i) {
    SipMessage m = x.message();
    int to = m.valueEnd(i);
    int from = m.valueStart(i);
    while (from >= 0 && element.parse(m.bytes(), from, to)) {
      if (uri.parse(m.bytes(), element.uriFrom(), element.uriTo()) && uri.isSip() && isHidden(x)) {
        put(x, element.hasBrackets());
      }
      from = element.nextElement(to);
    }
  }

  // In the answer to a REGISTER and in a redirection they are no contacts of the sender.
  private boolean isHidden(CrossingMessage x) {
    if (!(x.message() instanceof SipResponse r)) {
      return true;
    }
    if (r.cseqMethod() == Method.REGISTER) {
      return x.rules().isInside(uri) && !isSenders(r);
    }
    return r.status() < 300 || r.status() > 399 || x.rules().isInside(uri);
  }

  // Whoever registers finds its own Contact in the answer by what it wrote into Via, or by where
  // it was seen.
  private boolean isSenders(SipResponse r) {
    byte[] bytes = r.bytes();
    for (int i = r.via().header(); i >= 0; i = r.next(HeaderName.VIA, i)) {
      int from = r.valueStart(i);
      while (from >= 0 && via.parse(bytes, from, r.valueEnd(i))) {
        if (isHost(via.hostFrom(), via.hostTo()) || isHost(via.receivedFrom(), via.receivedTo())) {
          return true;
        }
        from = via.nextElement(r.valueEnd(i));
      }
    }
    return false;
  }

  private boolean isHost(int from, int to) {
    return from >= 0
        && HidingRules.sameText(uri.bytes(), uri.hostFrom(), uri.hostTo(), uri.bytes(), from, to);
  }

  // In place of the URI read last, without its headers.
  private void put(CrossingMessage x, boolean brackets) {
    SipWriter out = x.edit().replace(uri.from(), uri.headersFrom());
    boolean sips = uri.scheme() == SipUri.Scheme.SIPS;
    out.put(brackets ? "" : "<").put(x.listener().scheme(sips)).put(':').put(HidingSeals.MARK);
    seals.of(Kind.URI).seal(out, uri.bytes(), uri.from(), uri.headersFrom());
    x.rules().address(out, x.listener(), sips);
    out.put(brackets ? "" : ">");
  }

  /** Hides the URI of a Refer-To, and the Call-IDs in it. */
  void referTo(CrossingMessage x, int i) {
    SipMessage m = x.message();
    if (!element.parse(m.bytes(), m.valueStart(i), m.valueEnd(i))
        || !uri.parse(m.bytes(), element.uriFrom(), element.uriTo())
        || !uri.isSip()) {
      InsideTexts.replace(x, m.valueStart(i), m.valueEnd(i));
      return;
    }
    if (x.rules().inside().isOwn(m.bytes(), uri.hostFrom(), uri.hostTo())) {
      x.rules().sentBy(x.edit().replace(uri.hostFrom(), uri.paramsFrom()), x.listener());
    } else if (x.rules().isInside(uri)) {
      put(x, element.hasBrackets());
    }
    if (x.rules().hidesCallId()) {
      callIdsOf(x, true);
    }
  }

  // The Call-IDs in the headers of the URI read last: Replaces, Join, Target-Dialog, In-Reply-To.
  private boolean callIdsOf(CrossingMessage x, boolean hide) {
    byte[] bytes = uri.bytes();
    int at = uri.headersFrom();
    while (at < uri.to()) {
      int nameFrom = at + 1;
      int equals = nameFrom;
      while (equals < uri.to() && bytes[equals] != '=') {
        equals++;
      }
      int end = equals;
      while (end < uri.to() && bytes[end] != '&') {
        end++;
      }
      if (DialogHeaders.is(bytes, nameFrom, equals) && equals < end) {
        int idTo = idEnd(bytes, equals + 1, end);
        if (!callId(x, equals + 1, idTo, hide)) {
          return false;
        }
      }
      at = end;
    }
    return true;
  }

  // A Call-ID may have its @ escaped.
  private static int idEnd(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to
        && bytes[i] != ';'
        && !(bytes[i] == '%'
            && i + 2 < to
            && bytes[i + 1] == '3'
            && (bytes[i + 2] | 0x20) == ('B' | 0x20))) {
      i++;
    }
    return i;
  }

  private boolean callId(CrossingMessage x, int from, int to, boolean hide) {
    byte[] plain = EscapedText.resolved(uri.bytes(), from, to);
    SipWriter out = x.edit().replace(from, to);
    int before = out.length();
    boolean good = true;
    if (hide) {
      callIds.hide(out, plain, 0, plain.length);
    } else {
      good = callIds.restore(out, plain, 0, plain.length);
    }
    EscapedText.escape(out, before);
    return good;
  }

  /** The request-URI of what leaves: who dialled a number at our inside address meant the peer. */
  void requestUri(CrossingMessage x) {
    SipRequest r = (SipRequest) x.message();
    byte[] bytes = r.bytes();
    InsideHosts inside = x.rules().inside();
    if (uri.parse(bytes, r.uriFrom(), r.uriTo())
        && uri.isSip()
        && (inside.isOwn(bytes, uri.hostFrom(), uri.hostTo())
            || inside.isNamed(bytes, uri.hostFrom(), uri.hostTo()))) {
      InetSocketAddress peer = x.flow().remote();
      boolean v6 = peer.getAddress().getAddress().length == 16;
      SipWriter out = x.edit().replace(uri.hostFrom(), uri.paramsFrom()).put(v6 ? "[" : "");
      Responses.address(out, peer.getAddress());
      out.put(v6 ? "]:" : ":").number(peer.getPort());
    }
  }

  // ---- on the way in ----

  /**
   * Puts back the request-URI.
   *
   * @param hop takes it when it was sealed
   * @return false when it claims to be sealed and is not
   */
  boolean restoreRequestUri(CrossingMessage x, SipWriter hop) {
    SipRequest r = (SipRequest) x.message();
    if (!uri.parse(r.bytes(), r.uriFrom(), r.uriTo())) {
      return true;
    }
    boolean good = restore(x, true);
    if (good && HidingSeals.claims(r.bytes(), uri.userFrom(), uri.userTo())) {
      hop.put(seals.plain(), 0, seals.length());
    }
    return good;
  }

  /**
   * Puts back the URIs in a header line of name-addrs.
   *
   * @param referTo it may have headers with Call-IDs
   * @return false when a URI of ours claims to be sealed and is not
   */
  boolean restore(CrossingMessage x, int i, boolean referTo) {
    SipMessage m = x.message();
    int to = m.valueEnd(i);
    int from = m.valueStart(i);
    while (from >= 0 && element.parse(m.bytes(), from, to)) {
      if (uri.parse(m.bytes(), element.uriFrom(), element.uriTo())) {
        boolean good = restore(x, referTo);
        if (good && referTo && x.rules().hidesCallId()) {
          good = callIdsOf(x, false);
        }
        if (!good && referTo) {
          return false;
        }
      }
      from = element.nextElement(to);
    }
    return true;
  }

  // Only what opens is put back; the host is whatever name led to us.
  private boolean restore(CrossingMessage x, boolean must) {
    byte[] bytes = uri.bytes();
    if (!uri.isSip() || !HidingSeals.claims(bytes, uri.userFrom(), uri.userTo())) {
      return true;
    }
    int seal = uri.userFrom() + HidingSeals.MARK.length;
    if (seals.of(Kind.URI).open(bytes, seal, uri.userTo())) {
      x.edit().replace(uri.from(), uri.headersFrom()).put(seals.plain(), 0, seals.length());
      return true;
    }
    return !must;
  }
}

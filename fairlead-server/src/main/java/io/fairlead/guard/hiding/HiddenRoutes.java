// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.hiding;

import io.fairlead.guard.hiding.HidingSeals.Kind;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;

/**
 * Route sets: of the Record-Routes only ours and those of the outside leave, the others are sealed
 * into a parameter of ours, in the order in which a Route has them. Path and Service-Route, by
 * which a registrar and a phone learn a way, become one URI of ours.
 *
 * <p>Owned by one loop.
 */
final class HiddenRoutes {
  private final HidingSeals seals;
  private final RouteElements elements = new RouteElements();
  private final SipUri uri = new SipUri();
  private final NameAddr address = new NameAddr();
  private final SipWriter plain = new SipWriter(1024);

  HiddenRoutes(HidingSeals seals) {
    this.seals = seals;
  }

  // ---- on the way out ----

  /** Hides the Record-Routes. */
  void recordRoutes(CrossingMessage x) {
    SipMessage m = x.message();
    int first = m.first(HeaderName.RECORD_ROUTE);
    if (first < 0) {
      return;
    }
    for (int i = first; i >= 0; i = m.next(HeaderName.RECORD_ROUTE, i)) {
      x.cut(i);
    }
    int own = elements.read(m, HeaderName.RECORD_ROUTE) ? own(x) : -1;
    // Without ours among them no dialog comes of it, and nobody outside needs them.
    if (own < 0) {
      return;
    }
    plain.clear();
    if (m instanceof SipRequest) {
      gather(m, own + 1, elements.count(), 1);
    } else {
      gather(m, own - 1, -1, -1);
    }
    write(x, own, m.lineStart(first));
  }

  // The topmost of ours that the outside knows; a request has no other above it.
  private int own(CrossingMessage x) {
    for (int i = 0; i < elements.count(); i++) {
      boolean read = uri.parse(x.bytes(), elements.uriFrom(i), elements.uriTo(i));
      if (read && x.rules().isOwnHere(uri)) {
        return i;
      }
      if (x.message() instanceof SipRequest) {
        return -1;
      }
    }
    return -1;
  }

  private void gather(SipMessage m, int from, int until, int step) {
    for (int i = from; i != until; i += step) {
      plain.put(plain.length() > 0 ? "\n" : "").put(m.bytes(), elements.from(i), elements.to(i));
    }
  }

  private void write(CrossingMessage x, int own, int at) {
    SipMessage m = x.message();
    byte[] bytes = m.bytes();
    SipWriter out = x.edit().insert(at).put("Record-Route: ");
    out.put(bytes, elements.from(own), elements.uriTo(own));
    if (plain.length() > 0) {
      out.put(';').put(HidingSeals.PARAMETER).put('=');
      seals
          .of(Kind.ROUTE, bytes, m.callIdFrom(), m.callIdTo())
          .seal(out, plain.bytes(), 0, plain.length());
    }
    out.put(bytes, elements.uriTo(own), elements.to(own)).line();
    if (m instanceof SipResponse) {
      for (int i = own + 1; i < elements.count(); i++) {
        out.put("Record-Route: ").put(bytes, elements.from(i), elements.to(i)).line();
      }
    }
  }

  /** Hides a Path or Service-Route whole, where the receiver sends requests by it. */
  void whole(CrossingMessage x, HeaderName name) {
    SipMessage m = x.message();
    int first = m.first(name);
    if (first < 0) {
      return;
    }
    boolean read = elements.read(m, name);
    for (int i = first; i >= 0; i = m.next(name, i)) {
      x.cut(i);
    }
    if (!read) {
      return;
    }
    plain.clear();
    gather(m, 0, elements.count(), 1);
    SipWriter out = x.edit().insert(m.lineStart(first)).put(name.text()).put(": <sip:");
    seals.of(Kind.PATH).seal(out.put(HidingSeals.MARK), plain.bytes(), 0, plain.length());
    x.rules().address(out, x.listener(), false);
    out.put(";lr>\r\n");
  }

  /** Cuts the Path in the answer to a REGISTER where it names the inside. */
  void pathAnswer(CrossingMessage x) {
    SipMessage m = x.message();
    boolean read = elements.read(m, HeaderName.PATH);
    boolean shows = !read;
    for (int i = 0; i < elements.count() && !shows; i++) {
      shows =
          !uri.parse(x.bytes(), elements.uriFrom(i), elements.uriTo(i))
              || x.rules().isOwn(uri)
              || x.rules().isInside(uri);
    }
    for (int i = m.first(HeaderName.PATH); shows && i >= 0; i = m.next(HeaderName.PATH, i)) {
      x.cut(i);
    }
  }

  // ---- on the way in ----

  /**
   * Puts back what is sealed in the Routes of a request, or the Record-Routes of a response.
   *
   * @param hop takes the first URI of a whole route that was sealed
   * @param callId the Call-ID as the inside knows it
   * @return false when something claims to be sealed and is not
   */
  boolean restore(CrossingMessage x, SipWriter hop, byte[] callId, int callIdFrom, int callIdTo) {
    SipMessage m = x.message();
    boolean first = true;
    HeaderName name = m instanceof SipRequest ? HeaderName.ROUTE : HeaderName.RECORD_ROUTE;
    if (!m.has(name) || !elements.read(m, name)) {
      return true;
    }
    for (int i = 0; i < elements.count(); i++) {
      if (!uri.parse(m.bytes(), elements.uriFrom(i), elements.uriTo(i)) || !uri.isSip()) {
        continue;
      }
      if (HidingSeals.claims(m.bytes(), uri.userFrom(), uri.userTo())) {
        int seal = uri.userFrom() + HidingSeals.MARK.length;
        if (!seals.of(Kind.PATH).open(m.bytes(), seal, uri.userTo())) {
          return false;
        }
        if (first) {
          firstUri(hop);
          first = false;
        }
        opened(x.edit().replace(elements.from(i), elements.to(i)), name);
      } else if (uri.hasParam(HidingSeals.PARAMETER)) {
        seals.of(Kind.ROUTE, callId, callIdFrom, callIdTo);
        if (!seals.open(m.bytes(), uri.paramFrom(), uri.paramTo())) {
          return false;
        }
        x.edit().cut(uri.paramFrom() - HidingSeals.PARAMETER.length - 2, uri.paramTo());
        SipWriter out = x.edit().insert(elements.to(i));
        separate(out, name);
        opened(out, name);
      }
    }
    return true;
  }

  private void firstUri(SipWriter hop) {
    int end = Ascii.indexOf(seals.plain(), 0, seals.length(), '\n');
    if (address.parse(seals.plain(), 0, end < 0 ? seals.length() : end)) {
      hop.clear().put(seals.plain(), address.uriFrom(), address.uriTo());
    }
  }

  private void opened(SipWriter out, HeaderName name) {
    byte[] text = seals.plain();
    int begin = 0;
    for (int i = 0; i < seals.length(); i++) {
      if (text[i] == '\n') {
        separate(out.put(text, begin, i), name);
        begin = i + 1;
      }
    }
    out.put(text, begin, seals.length());
  }

  // Record-Routes stand on lines of their own everywhere: some read a list of them wrongly.
  private static void separate(SipWriter out, HeaderName name) {
    if (name == HeaderName.ROUTE) {
      out.put(',');
    } else {
      out.line().put(name.text()).put(": ");
    }
  }
}

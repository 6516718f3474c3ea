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
import io.fairlead.sip.Via;
import java.nio.charset.StandardCharsets;

/**
 * The Vias below ours in a request that leaves, sealed into a parameter of ours, and with them what
 * From and To said where they named the inside: an answer must bring back both as they were (RFC
 * 3261 §8.2.6.2), and it brings back our Via.
 *
 * <p>Owned by one loop.
 */
final class HiddenVias {
  private static final byte[] INTRO =
      (";" + new String(HidingSeals.PARAMETER, StandardCharsets.US_ASCII) + "=")
          .getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LINE = "Via: ".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1 << 4;
  private static final int FROM = 1;
  private static final int TO = 2;
  private static final int WHOLE_FROM = 4;

  private final HidingSeals seals;
  private final SipWriter plain = new SipWriter(1024);
  private final SipUri uri = new SipUri();
  private final NameAddr address = new NameAddr();

  HiddenVias(HidingSeals seals) {
    this.seals = seals;
  }

  // ---- on the way out ----

  /** Hides them in a request. */
  void hide(CrossingMessage x) {
    SipRequest r = (SipRequest) x.message();
    plain.clear().put((char) VERSION);
    int flags = VERSION;
    flags |= from(x, r);
    flags |= party(x, r.toUriFrom(), r.toUriTo()) ? TO : 0;
    int before = plain.length();
    vias(x, r);
    if (flags != VERSION || plain.length() > before) {
      plain.bytes()[0] = (byte) flags;
      SipWriter out = x.edit().insert(r.via().end()).put(INTRO);
      seals
          .of(Kind.VIA, r.bytes(), r.callIdFrom(), r.callIdTo())
          .seal(out, plain.bytes(), 0, plain.length());
    }
  }

  private int from(CrossingMessage x, SipRequest r) {
    if (x.anonymous()) {
      return anonymous(x);
    }
    return party(x, r.fromUriFrom(), r.fromUriTo()) ? FROM : 0;
  }

  private boolean party(CrossingMessage x, int from, int to) {
    byte[] bytes = x.bytes();
    if (to <= from || !uri.parse(bytes, from, to) || !uri.isSip() || !x.rules().isInside(uri)) {
      return false;
    }
    keep(bytes, from, to);
    x.rules().host(x.edit().replace(uri.hostFrom(), uri.paramsFrom()), x.listener());
    return true;
  }

  // RFC 3323 §4.1.1.3, with the display name.
  private int anonymous(CrossingMessage x) {
    SipMessage m = x.message();
    int from = m.valueStart(m.first(HeaderName.FROM));
    int to = nameAddrEnd(m, HeaderName.FROM);
    if (to < 0) {
      return 0;
    }
    keep(m.bytes(), from, to);
    x.edit().replace(from, to).put("\"Anonymous\" <sip:anonymous@anonymous.invalid>");
    return WHOLE_FROM;
  }

  // Behind the address, where the parameters begin.
  private int nameAddrEnd(SipMessage m, HeaderName name) {
    int i = m.first(name);
    boolean read = i >= 0 && address.parse(m.bytes(), m.valueStart(i), m.valueEnd(i));
    return read ? address.uriTo() + (address.hasBrackets() ? 1 : 0) : -1;
  }

  private void keep(byte[] bytes, int from, int to) {
    int length = to - from;
    plain.put((char) (length >>> 8 & 0xff)).put((char) (length & 0xff)).put(bytes, from, to);
  }

  private void vias(CrossingMessage x, SipMessage m) {
    byte[] bytes = m.bytes();
    Via top = m.via();
    int next = top.nextElement(m.valueEnd(top.header()));
    if (next >= 0) {
      plain.put(bytes, next, m.valueEnd(top.header())).put('\n');
      x.edit().cut(top.end(), m.valueEnd(top.header()));
    }
    for (int i = m.next(HeaderName.VIA, top.header()); i >= 0; i = m.next(HeaderName.VIA, i)) {
      plain.put(bytes, m.valueStart(i), m.valueEnd(i)).put('\n');
      x.cut(i);
    }
  }

  // ---- on the way in ----

  /**
   * Puts them back into a response.
   *
   * @param callId the Call-ID as the inside knows it
   * @return false when something claims to be sealed and is not
   */
  boolean restore(CrossingMessage x, byte[] callId, int callIdFrom, int callIdTo) {
    SipResponse r = (SipResponse) x.message();
    byte[] bytes = r.bytes();
    int from = parameter(bytes, r.via().sentByTo(), r.via().end());
    if (from < 0) {
      return true;
    }
    int to = from;
    while (to < r.via().end() && bytes[to] != ';' && bytes[to] > ' ') {
      to++;
    }
    if (!seals.of(Kind.VIA, callId, callIdFrom, callIdTo).open(bytes, from, to)) {
      return false;
    }
    byte[] text = seals.plain();
    int length = seals.length();
    if (length == 0 || (text[0] & ~(FROM | TO | WHOLE_FROM)) != VERSION) {
      return false;
    }
    int at = 1;
    at = (text[0] & FROM) == 0 ? at : party(x, at, r.fromUriFrom(), r.fromUriTo());
    if ((text[0] & WHOLE_FROM) != 0) {
      int end = nameAddrEnd(r, HeaderName.FROM);
      at = party(x, at, end < 0 ? 0 : r.valueStart(r.first(HeaderName.FROM)), Math.max(0, end));
    }
    at = (text[0] & TO) == 0 ? at : party(x, at, r.toUriFrom(), r.toUriTo());
    lines(x, at, length);
    return true;
  }

  private int party(CrossingMessage x, int at, int from, int to) {
    byte[] text = seals.plain();
    int length = (text[at] & 0xff) << 8 | text[at + 1] & 0xff;
    int end = at + 2 + length;
    if (to > from) {
      x.edit().replace(from, to).put(text, at + 2, end);
    }
    return end;
  }

  private void lines(CrossingMessage x, int from, int to) {
    byte[] text = seals.plain();
    int at = x.message().lineEnd(x.message().via().header());
    int begin = from;
    for (int i = from; i < to; i++) {
      if (text[i] == '\n') {
        x.edit().insert(at).put(LINE).put(text, begin, i).line();
        begin = i + 1;
      }
    }
  }

  // Where the value of our parameter begins; -1 when there is none.
  private static int parameter(byte[] bytes, int from, int to) {
    for (int i = from; i + INTRO.length < to; i++) {
      if (bytes[i] == ';' && Ascii.equals(bytes, i, i + INTRO.length, INTRO, 0, INTRO.length)) {
        return i + INTRO.length;
      }
    }
    return -1;
  }
}

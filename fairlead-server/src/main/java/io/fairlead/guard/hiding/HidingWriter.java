// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.hiding;

import io.fairlead.dialog.CookieKeys;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;

/**
 * Takes the inside out of a message that leaves to the side from which it is hidden (RFC 3323 §5.1
 * calls it a privacy service): {@link #header} for each header line that stays, then {@link #end}.
 * What must come back is sealed, what need not is replaced or cut.
 *
 * <p>Owned by one loop.
 */
public final class HidingWriter {
  private final HiddenCallIds callIds;
  private final HiddenVias vias;
  private final HiddenRoutes routes;
  private final HiddenUris uris;
  private final HiddenBody body;

  /** Seals with the keys of the cluster. */
  public HidingWriter(CookieKeys keys) {
    HidingSeals seals = new HidingSeals(keys);
    callIds = new HiddenCallIds(seals);
    vias = new HiddenVias(seals);
    routes = new HiddenRoutes(seals);
    uris = new HiddenUris(seals, callIds);
    body = new HiddenBody(callIds);
  }

  /** Hides what the i-th header line says. */
  public void header(CrossingMessage x, int i) {
    SipMessage m = x.message();
    if (x.rules().headers().match(m, i)) {
      x.cut(i);
      return;
    }
    switch (m.name(i)) {
      case CONTACT -> uris.contacts(x, i);
      case CALL_ID -> callId(x, i);
      case REFER_TO -> uris.referTo(x, i);
      case REPLACES, JOIN, TARGET_DIALOG, IN_REPLY_TO -> dialog(x, i);
      case SERVER, USER_AGENT -> x.cut(i);
      case REASON -> reason(x, i);
      case WARNING, REFERRED_BY, P_ASSERTED_IDENTITY, P_PREFERRED_IDENTITY ->
          InsideTexts.replace(x, m.valueStart(i), m.valueEnd(i));
      case OTHER -> other(x, i);
      default -> {}
    }
  }

  /** Hides what is not a matter of one header line: Vias, route sets, request-URI, body. */
  public void end(CrossingMessage x) {
    SipMessage m = x.message();
    if (m instanceof SipRequest r) {
      uris.requestUri(x);
      vias.hide(x);
      if (r.method() == Method.REGISTER) {
        routes.whole(x, HeaderName.PATH);
      }
    } else if (m.cseqMethod() == Method.REGISTER) {
      routes.whole(x, HeaderName.SERVICE_ROUTE);
      if (m.has(HeaderName.PATH)) {
        routes.pathAnswer(x);
      }
    }
    routes.recordRoutes(x);
    if (m.bodyStart() < m.end()) {
      body(x);
    }
  }

  private void callId(CrossingMessage x, int i) {
    SipMessage m = x.message();
    if (x.rules().hidesCallId()) {
      callIds.hide(
          x.edit().replace(m.valueStart(i), m.valueEnd(i)),
          m.bytes(),
          m.valueStart(i),
          m.valueEnd(i));
    }
  }

  private void dialog(CrossingMessage x, int i) {
    SipMessage m = x.message();
    if (x.rules().hidesCallId()) {
      int from = m.valueStart(i);
      int to = HiddenCallIds.end(m.bytes(), from, m.valueEnd(i));
      callIds.hide(x.edit().replace(from, to), m.bytes(), from, to);
    }
  }

  // RFC 3326: phones go by protocol and cause; the text is whatever the inside calls it.
  private static void reason(CrossingMessage x, int i) {
    byte[] bytes = x.bytes();
    int to = x.message().valueEnd(i);
    for (int at = x.message().valueStart(i); at + 6 < to; at++) {
      if (bytes[at] == ';' && isText(bytes, Ascii.skipLws(bytes, at + 1, to), to)) {
        int end = textEnd(bytes, at, to);
        x.edit().cut(at, end);
        at = end - 1;
      }
    }
  }

  private static boolean isText(byte[] bytes, int at, int to) {
    return at + 5 <= to
        && (bytes[at] | 0x20) == 't'
        && (bytes[at + 1] | 0x20) == 'e'
        && (bytes[at + 2] | 0x20) == 'x'
        && (bytes[at + 3] | 0x20) == 't'
        && !Ascii.isToken(bytes[at + 4]);
  }

  private static int textEnd(byte[] bytes, int from, int to) {
    boolean quoted = false;
    for (int i = from + 1; i < to; i++) {
      if (quoted && bytes[i] == '\\') {
        i++;
      } else if (bytes[i] == '"') {
        quoted = !quoted;
      } else if (!quoted && (bytes[i] == ';' || bytes[i] == ',')) {
        return i;
      }
    }
    return to;
  }

  // RFC 7315 §4.5, §4.6: charging is a matter of one trust domain. Credentials are signed over, so
  // they stay as they are wherever they stand.
  private static void other(CrossingMessage x, int i) {
    SipMessage m = x.message();
    byte[] bytes = m.bytes();
    int from = m.lineStart(i);
    if ((bytes[from] | 0x20) == 'p' && bytes[from + 1] == '-' && isCharging(bytes, from + 2)) {
      x.cut(i);
    } else {
      InsideTexts.replace(x, m.valueStart(i), m.valueEnd(i));
    }
  }

  private static boolean isCharging(byte[] bytes, int at) {
    for (int i = 0; i < CHARGING.length; i++) {
      if ((bytes[at + i] | 0x20) != CHARGING[i]) {
        return false;
      }
    }
    return true;
  }

  private static final byte[] CHARGING = {'c', 'h', 'a', 'r', 'g', 'i', 'n', 'g'};

  // A text with a failure is meant for people who see the inside.
  private void body(CrossingMessage x) {
    SipMessage m = x.message();
    boolean failure = m instanceof SipResponse r && r.status() >= 300;
    if (body.hide(x) || !failure) {
      return;
    }
    int type = m.first(HeaderName.CONTENT_TYPE);
    if (type >= 0) {
      x.cut(type);
    }
    x.edit().cut(m.bodyStart(), m.end());
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.hiding;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import java.nio.charset.StandardCharsets;

/**
 * A SIP message, or a part of one (RFC 3420), in a body: what a NOTIFY tells of a transfer. What
 * leads somewhere is cut, other hosts of the inside are replaced; nobody sends anything by it.
 *
 * <p>Owned by one loop.
 */
final class HiddenFragment {
  private static final HeaderName[] CUT = {
    HeaderName.VIA,
    HeaderName.ROUTE,
    HeaderName.RECORD_ROUTE,
    HeaderName.SERVER,
    HeaderName.USER_AGENT,
    HeaderName.PATH,
    HeaderName.CONTACT
  };

  private final HiddenCallIds callIds;

  HiddenFragment(HiddenCallIds callIds) {
    this.callIds = callIds;
  }

  /** Hides the inside in a range. */
  void hide(CrossingMessage x, int from, int to) {
    byte[] bytes = x.bytes();
    int i = from;
    while (i < to) {
      int end = HiddenBody.lineEnd(bytes, i, to);
      int text = HiddenBody.textEnd(bytes, i, end);
      int nameTo = i;
      while (nameTo < text && Ascii.isToken(bytes[nameTo])) {
        nameTo++;
      }
      int colon = Ascii.skipLws(bytes, nameTo, text);
      if (colon < text && bytes[colon] == ':' && isCut(bytes, i, nameTo)) {
        x.edit().cut(i, end);
      } else if (colon < text && bytes[colon] == ':' && isCallId(bytes, i, nameTo)) {
        callId(x, Ascii.skipLws(bytes, colon + 1, text), text);
      } else {
        InsideTexts.replace(x, i, text);
      }
      i = end;
    }
  }

  private static boolean isCut(byte[] bytes, int from, int to) {
    for (HeaderName name : CUT) {
      if (is(bytes, from, to, name.text())) {
        return true;
      }
    }
    return to - from == 1 && ((bytes[from] | 0x20) == 'v' || (bytes[from] | 0x20) == 'm');
  }

  private static boolean isCallId(byte[] bytes, int from, int to) {
    return is(bytes, from, to, HeaderName.CALL_ID.text())
        || to - from == 1 && (bytes[from] | 0x20) == 'i';
  }

  private static boolean is(byte[] bytes, int from, int to, String name) {
    byte[] text = name.getBytes(StandardCharsets.US_ASCII);
    return Ascii.equalsAnyCase(bytes, from, to, text, 0, text.length);
  }

  private void callId(CrossingMessage x, int from, int to) {
    if (x.rules().hidesCallId()) {
      callIds.hide(x.edit().replace(from, to), x.bytes(), from, to);
    } else {
      InsideTexts.replace(x, from, to);
    }
  }
}

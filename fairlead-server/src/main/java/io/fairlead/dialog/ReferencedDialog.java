// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The dialog that a request from outside it names: to replace it (RFC 3891), to join it (RFC 3911),
 * or as the one that gives it leave (RFC 4538); a REFER also by the Replaces in its Refer-To.
 * Arrays are shared, nobody changes them. Immutable.
 *
 * @param callId its Call-ID
 * @param local the tag of whoever is to be asked, as the sender sees it
 * @param remote the tag of the other side
 */
public record ReferencedDialog(byte[] callId, byte[] local, byte[] remote) {
  private static final byte[] TO_TAG = ascii("to-tag");
  private static final byte[] FROM_TAG = ascii("from-tag");
  private static final byte[] LOCAL_TAG = ascii("local-tag");
  private static final byte[] REMOTE_TAG = ascii("remote-tag");
  private static final byte[] REPLACES = ascii("replaces");

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The one that a request names; null for none, and for what breaks the grammar. */
  public static @Nullable ReferencedDialog of(SipRequest r) {
    if (r.has(HeaderName.REPLACES)) {
      return header(r, HeaderName.REPLACES);
    }
    if (r.has(HeaderName.JOIN)) {
      return header(r, HeaderName.JOIN);
    }
    if (r.has(HeaderName.TARGET_DIALOG)) {
      return header(r, HeaderName.TARGET_DIALOG);
    }
    return r.method() == Method.REFER && r.has(HeaderName.REFER_TO) ? referTo(r) : null;
  }

  private static @Nullable ReferencedDialog header(SipRequest r, HeaderName name) {
    int i = r.first(name);
    return read(r.bytes(), r.valueStart(i), r.valueEnd(i));
  }

  private static @Nullable ReferencedDialog referTo(SipRequest r) {
    byte[] bytes = r.bytes();
    int i = r.first(HeaderName.REFER_TO);
    NameAddr element = new NameAddr();
    SipUri uri = new SipUri();
    if (!element.parse(bytes, r.valueStart(i), r.valueEnd(i))
        || !uri.parse(bytes, element.uriFrom(), element.uriTo())
        || !uri.hasHeaders()) {
      return null;
    }
    int from = uri.headersFrom() + 1;
    while (from < uri.to()) {
      int and = Ascii.indexOf(bytes, from, uri.to(), '&');
      int to = and < 0 ? uri.to() : and;
      int equals = Ascii.indexOf(bytes, from, to, '=');
      if (equals > 0 && Ascii.equalsLower(bytes, from, equals, REPLACES)) {
        String value = SipUri.unescape(bytes, equals + 1, to);
        byte[] plain = value.getBytes(StandardCharsets.UTF_8);
        return read(plain, 0, plain.length);
      }
      from = to + 1;
    }
    return null;
  }

  private static @Nullable ReferencedDialog read(byte[] bytes, int from, int to) {
    int idFrom = Ascii.skipLws(bytes, from, to);
    int at = valueEnd(bytes, idFrom, to);
    byte[] callId = copy(bytes, idFrom, at);
    byte[] local = {};
    byte[] remote = {};
    for (at = Ascii.skipLws(bytes, at, to);
        at < to && bytes[at] == ';';
        at = Ascii.skipLws(bytes, at, to)) {
      int nameFrom = Ascii.skipLws(bytes, at + 1, to);
      int nameTo = nameFrom;
      while (nameTo < to && Ascii.isToken(bytes[nameTo])) {
        nameTo++;
      }
      int equals = Ascii.skipLws(bytes, nameTo, to);
      boolean valued = equals < to && bytes[equals] == '=';
      int valueFrom = valued ? Ascii.skipLws(bytes, equals + 1, to) : nameTo;
      at = valued ? valueEnd(bytes, valueFrom, to) : nameTo;
      if (isEither(bytes, nameFrom, nameTo, TO_TAG, REMOTE_TAG)) {
        local = copy(bytes, valueFrom, at);
      } else if (isEither(bytes, nameFrom, nameTo, FROM_TAG, LOCAL_TAG)) {
        remote = copy(bytes, valueFrom, at);
      }
    }
    return callId.length == 0 || local.length == 0 || remote.length == 0
        ? null
        : new ReferencedDialog(callId, local, remote);
  }

  private static boolean isEither(byte[] bytes, int from, int to, byte[] one, byte[] other) {
    return Ascii.equalsLower(bytes, from, to, one) || Ascii.equalsLower(bytes, from, to, other);
  }

  private static int valueEnd(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && bytes[i] != ';' && bytes[i] != ',' && bytes[i] > ' ') {
      i++;
    }
    return i;
  }

  private static byte[] copy(byte[] bytes, int from, int to) {
    return java.util.Arrays.copyOfRange(bytes, from, to);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the Contacts of a REGISTER (RFC 3261 §10.2, RFC 5626 §4.2).
 *
 * <p>Owned by one loop: one object reads request after request.
 */
final class RegisterContactReader {
  /** More in one request have no use. */
  static final int MAX_CONTACTS = 64;

  private static final int MAX_URI = 512;
  private static final int MAX_INSTANCE = 128;

  /** What a malformed expiry means (RFC 3261 §10.2.1.1, §20.19). */
  private static final long UNREADABLE_EXPIRES = 3600;

  private static final byte[] EXPIRES = ascii("expires");
  private static final byte[] Q = ascii("q");
  private static final byte[] INSTANCE = ascii("+sip.instance");
  private static final byte[] REG_ID = ascii("reg-id");

  private final NameAddr element = new NameAddr();
  private final List<RequestedContact> pool = new ArrayList<>();
  private int count;
  private boolean star;
  private long headerExpires;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Reads them all; null, or what is wrong, fit for a reason phrase. */
  @Nullable String read(SipRequest r) {
    count = 0;
    star = false;
    headerExpires = headerExpires(r);
    int items = 0;
    for (int i = r.first(HeaderName.CONTACT); i >= 0; i = r.next(HeaderName.CONTACT, i)) {
      int from = r.valueStart(i);
      int to = r.valueEnd(i);
      while (from >= 0) {
        items++;
        if (to - from == 1 && r.bytes()[from] == '*') {
          star = true;
          break;
        }
        if (count >= MAX_CONTACTS) {
          return "Too Many Contacts";
        }
        String wrong = contact(r, next(), from, to);
        if (wrong != null) {
          return wrong;
        }
        from = element.nextElement(to);
      }
    }
    // RFC 3261 §10.3 step 6.
    return star && (items > 1 || headerExpires != 0) ? "Contact * Needs Expires 0" : null;
  }

  private RequestedContact next() {
    if (count == pool.size()) {
      pool.add(new RequestedContact());
    }
    return pool.get(count++);
  }

  private static long headerExpires(SipRequest r) {
    int i = r.first(HeaderName.EXPIRES);
    return i < 0 ? -1 : seconds(r.bytes(), r.valueStart(i), r.valueEnd(i));
  }

  // A number too large for anything is just large; what is no number counts as an hour.
  private static long seconds(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return UNREADABLE_EXPIRES;
      }
    }
    long seconds = Ascii.number(bytes, from, to, Integer.MAX_VALUE);
    return from == to ? UNREADABLE_EXPIRES : seconds < 0 ? Integer.MAX_VALUE : seconds;
  }

  private @Nullable String contact(SipRequest r, RequestedContact wanted, int from, int to) {
    byte[] bytes = r.bytes();
    if (!element.parse(bytes, from, to)
        || !wanted.uri.parse(bytes, element.uriFrom(), element.uriTo())) {
      return "Bad Contact";
    }
    wanted.uriFrom = element.uriFrom();
    wanted.uriTo = element.uriTo();
    wanted.instanceFrom = 0;
    wanted.instanceTo = 0;
    wanted.regId = 0;
    wanted.q = 1000;
    wanted.expires = headerExpires;
    wanted.known = -1;
    if (wanted.uriTo - wanted.uriFrom > MAX_URI) {
      return "Contact Too Long";
    }
    return params(bytes, wanted, element.paramsFrom(), element.end());
  }

  private static @Nullable String params(byte[] bytes, RequestedContact wanted, int from, int to) {
    int i = from;
    while (i < to && bytes[i] == ';') {
      int nameFrom = Ascii.skipLws(bytes, i + 1, to);
      int nameTo = nameFrom;
      while (nameTo < to && Ascii.isToken(bytes[nameTo])) {
        nameTo++;
      }
      int valueFrom = Ascii.skipLws(bytes, nameTo, to);
      int valueTo = nameTo;
      if (valueFrom < to && bytes[valueFrom] == '=') {
        valueFrom = Ascii.skipLws(bytes, valueFrom + 1, to);
        valueTo = valueEnd(bytes, valueFrom, to);
      } else {
        valueFrom = nameTo;
      }
      String wrong = param(bytes, wanted, nameFrom, nameTo, valueFrom, valueTo);
      if (wrong != null) {
        return wrong;
      }
      i = Ascii.skipLws(bytes, valueTo, to);
    }
    return null;
  }

  // The grammar was checked by NameAddr: quotes match.
  private static int valueEnd(byte[] bytes, int from, int to) {
    boolean quoted = from < to && bytes[from] == '"';
    int i = quoted ? from + 1 : from;
    while (i < to) {
      if (quoted && bytes[i] == '\\') {
        i++;
      } else if (quoted && bytes[i] == '"') {
        return i + 1;
      } else if (!quoted && (bytes[i] == ';' || bytes[i] == ' ' || bytes[i] == '\t')) {
        return i;
      }
      i++;
    }
    return Math.min(i, to);
  }

  private static @Nullable String param(
      byte[] bytes, RequestedContact wanted, int nameFrom, int nameTo, int from, int to) {
    if (Ascii.equalsLower(bytes, nameFrom, nameTo, EXPIRES)) {
      wanted.expires = seconds(bytes, from, to);
    } else if (Ascii.equalsLower(bytes, nameFrom, nameTo, Q)) {
      wanted.q = thousandths(bytes, from, to);
      return wanted.q < 0 ? "Bad Contact" : null;
    } else if (Ascii.equalsLower(bytes, nameFrom, nameTo, INSTANCE)) {
      return instance(bytes, wanted, from, to);
    } else if (Ascii.equalsLower(bytes, nameFrom, nameTo, REG_ID)) {
      wanted.regId = (int) Ascii.number(bytes, from, to, Integer.MAX_VALUE);
      return wanted.regId < 1 ? "Bad Reg-Id" : null;
    }
    return null;
  }

  // "<urn:uuid:...>" with its quotes and brackets (RFC 5626 §4.1).
  private static @Nullable String instance(
      byte[] bytes, RequestedContact wanted, int from, int to) {
    if (to - from < 5
        || bytes[from] != '"'
        || bytes[from + 1] != '<'
        || bytes[to - 2] != '>'
        || Ascii.indexOf(bytes, from, to, '\\') >= 0) {
      return "Bad Instance";
    }
    wanted.instanceFrom = from + 2;
    wanted.instanceTo = to - 2;
    return to - from - 4 > MAX_INSTANCE ? "Instance Too Long" : null;
  }

  // qvalue (RFC 3261 §25.1) in thousandths; -1 for none.
  private static int thousandths(byte[] bytes, int from, int to) {
    if (from >= to || to - from > 5 || bytes[from] != '0' && bytes[from] != '1') {
      return -1;
    }
    int q = (bytes[from] - '0') * 1000;
    if (from + 1 < to && bytes[from + 1] != '.') {
      return -1;
    }
    int unit = 100;
    for (int i = from + 2; i < to; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return -1;
      }
      q += (bytes[i] - '0') * unit;
      unit /= 10;
    }
    return q <= 1000 ? q : -1;
  }

  /** How many there are, {@code *} not counted. */
  int count() {
    return count;
  }

  /** The i-th. */
  RequestedContact get(int i) {
    return pool.get(i);
  }

  /** True for {@code Contact: *}: remove them all. */
  boolean star() {
    return star;
  }
}

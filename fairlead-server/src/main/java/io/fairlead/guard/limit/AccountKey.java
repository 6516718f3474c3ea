// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.limit;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.NameAddr;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipUri;

/**
 * Who pays for a request. Behind a trusted network that is whom P-Asserted-Identity names (RFC
 * 3325), or else From. From elsewhere it is the user of the digest (RFC 7616): a wrong password
 * ends the call at its backend, and what it holds is given back.
 *
 * <p>Owned by one loop.
 */
final class AccountKey {
  private static final byte[] USERNAME = {'u', 's', 'e', 'r', 'n', 'a', 'm', 'e'};
  private static final byte[] REALM = {'r', 'e', 'a', 'l', 'm'};
  private static final String ASSERTED = "P-Asserted-Identity";

  private final NameAddr address = new NameAddr();
  private final SipUri uri = new SipUri();
  private int from;
  private int to;

  /** Puts the account into a key; false when the request says none that can be believed. */
  boolean append(SipRequest r, boolean trusted, KeyBuffer key) {
    if (trusted) {
      return asserted(r, key);
    }
    int credentials = 0;
    int first = -1;
    for (HeaderName name : NAMES) {
      for (int i = r.first(name); i >= 0; i = r.next(name, i)) {
        if (first >= 0 && !isSame(r, first, i)) {
          credentials++;
        }
        first = first < 0 ? i : first;
      }
    }
    if (first < 0) {
      return false;
    }
    if (credentials > 0) {
      // Which of them a backend believes is not known here: all who send such share one key.
      key.text("several");
      return true;
    }
    return digest(r, first, key);
  }

  private static final HeaderName[] NAMES = {
    HeaderName.PROXY_AUTHORIZATION, HeaderName.AUTHORIZATION
  };

  private boolean asserted(SipRequest r, KeyBuffer key) {
    int line = r.first(ASSERTED);
    if (line >= 0
        && address.parse(r.bytes(), r.valueStart(line), r.valueEnd(line))
        && uri.parse(r.bytes(), address.uriFrom(), address.uriTo())) {
      return whole(key);
    }
    return uri.parse(r.bytes(), r.fromUriFrom(), r.fromUriTo()) && whole(key);
  }

  private boolean whole(KeyBuffer key) {
    if (!uri.isSip()) {
      key.folded(uri.bytes(), uri.from(), uri.to());
      return true;
    }
    if (!uri.hasUser()) {
      return false;
    }
    key.folded(uri.bytes(), uri.userFrom(), uri.userTo());
    key.text("@");
    key.folded(uri.bytes(), uri.hostFrom(), uri.hostTo());
    return true;
  }

  private boolean digest(SipRequest r, int line, KeyBuffer key) {
    if (!find(r, line, USERNAME) || to == from) {
      return false;
    }
    key.folded(r.bytes(), from, to);
    if (find(r, line, REALM) && to > from) {
      key.text("@");
      key.folded(r.bytes(), from, to);
    }
    return true;
  }

  private boolean isSame(SipRequest r, int line, int other) {
    if (!find(r, line, USERNAME)) {
      return false;
    }
    int start = from;
    int end = to;
    return find(r, other, USERNAME)
        && Ascii.equalsAnyCase(r.bytes(), start, end, r.bytes(), from, to);
  }

  // The value of a parameter of credentials, without quotes. Text in quotes is passed over.
  private boolean find(SipRequest r, int line, byte[] name) {
    byte[] bytes = r.bytes();
    int end = r.valueEnd(line);
    int i = r.valueStart(line);
    while (i < end) {
      int start = i;
      while (i < end && Ascii.isToken(bytes[i])) {
        i++;
      }
      boolean found = i - start == name.length && Ascii.equalsLower(bytes, start, i, name);
      int behind = Ascii.skipLws(bytes, i, end);
      boolean given = behind < end && bytes[behind] == '=';
      if (given) {
        i = value(bytes, Ascii.skipLws(bytes, behind + 1, end), end);
        if (found) {
          return true;
        }
      } else if (i == start) {
        i++;
      }
    }
    return false;
  }

  private int value(byte[] bytes, int start, int end) {
    boolean quoted = start < end && bytes[start] == '"';
    int i = quoted ? start + 1 : start;
    from = i;
    while (i < end && (quoted ? bytes[i] != '"' : Ascii.isToken(bytes[i]))) {
      i += quoted && bytes[i] == '\\' ? 2 : 1;
    }
    to = Math.min(i, end);
    return Math.min(end, quoted ? i + 1 : i);
  }
}

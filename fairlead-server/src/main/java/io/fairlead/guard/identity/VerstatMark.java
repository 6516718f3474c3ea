// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.identity;

import io.fairlead.guard.identity.certificate.IdentityVerdict;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.Edit;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import java.nio.charset.StandardCharsets;

/**
 * The parameter {@code verstat} (3GPP TS 24.229) in the URIs of P-Asserted-Identity and From: with
 * a tel URI among its parameters, with a sip URI in the user part, which is a telephone number.
 * Immutable.
 */
final class VerstatMark {
  private static final byte[] NAME = "verstat".getBytes(StandardCharsets.US_ASCII);
  private static final int TEL = 4;

  private final CanonicalNumber canonical;

  VerstatMark(CanonicalNumber canonical) {
    this.canonical = canonical;
  }

  /** Takes off what is there already: nobody outside says what we have verified. */
  void strip(SipRequest invite, Edit edit) {
    AssertedIdentityElements.forEach(
        invite, element -> strip(invite, edit, element.uriFrom(), element.end()));
    strip(invite, edit, HeaderName.FROM);
  }

  /** Takes it off From or To. */
  void strip(SipMessage message, Edit edit, HeaderName name) {
    boolean from = name == HeaderName.FROM;
    int start = from ? message.fromUriFrom() : message.toUriFrom();
    int line = message.first(name);
    if (line >= 0) {
      strip(message, edit, start, message.valueEnd(line));
    }
  }

  private static void strip(SipMessage message, Edit edit, int from, int to) {
    byte[] bytes = message.bytes();
    int i = from;
    while (i < to) {
      if (bytes[i] != ';') {
        i = bytes[i] == '"' ? quotedEnd(bytes, i, to) : i + 1;
        continue;
      }
      int name = Ascii.skipLws(bytes, i + 1, to);
      int end = name;
      while (end < to && Ascii.isToken(bytes[end])) {
        end++;
      }
      int next = valueEnd(bytes, end, to);
      if (Ascii.equalsLower(bytes, name, end, NAME)) {
        edit.cut(i, next);
      }
      i = next;
    }
  }

  private static int valueEnd(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && ";@?>,".indexOf(bytes[i]) < 0) {
      i = bytes[i] == '"' ? quotedEnd(bytes, i, to) : i + 1;
    }
    return i;
  }

  private static int quotedEnd(byte[] bytes, int quote, int to) {
    int i = quote + 1;
    while (i < to && bytes[i] != '"') {
      i += bytes[i] == '\\' ? 2 : 1;
    }
    return Math.min(i + 1, to);
  }

  /**
   * Marks who calls: P-Asserted-Identity where that has a number, else From.
   *
   * @return true when From was marked
   */
  boolean mark(SipRequest invite, Edit edit, IdentityVerdict.Verstat verstat) {
    boolean[] asserted = new boolean[1];
    AssertedIdentityElements.forEach(
        invite,
        element -> asserted[0] |= mark(invite, edit, element.uriFrom(), element.uriTo(), verstat));
    return !asserted[0] && mark(invite, edit, invite.fromUriFrom(), invite.fromUriTo(), verstat);
  }

  private boolean mark(
      SipRequest invite, Edit edit, int from, int to, IdentityVerdict.Verstat verstat) {
    byte[] bytes = invite.bytes();
    if (canonical.ofUri(Ascii.text(bytes, from, to)) == null) {
      return false;
    }
    int at = to;
    boolean tel = bytes[from + TEL - 1] == ':' && (bytes[from] | 0x20) == 't';
    if (!tel) {
      int host = Ascii.indexOf(bytes, from, to, '@');
      int password = Ascii.indexOf(bytes, Ascii.indexOf(bytes, from, to, ':') + 1, host, ':');
      at = password < 0 || password >= host ? host : password;
    }
    edit.insert(at).put(";verstat=").put(verstat.text());
    return true;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import io.fairlead.dialog.UpstreamPathMarker;
import io.fairlead.sip.SipUri;
import io.fairlead.sip.SipWriter;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.transport.Listener;
import java.nio.charset.StandardCharsets;

/**
 * The one Contact that stands behind us for all devices of an address of record: that address
 * itself, by a Path over us (RFC 3327). Requests to it come back to us and go to the devices.
 *
 * <p>Immutable.
 */
final class SharedContact {
  private SharedContact() {}

  /**
   * Appends the Contact line.
   *
   * @param expires in seconds; 0 removes it
   */
  static void contact(SipWriter out, AddressOfRecord aor, long expires) {
    out.put("Contact: <sip:");
    address(out, aor).put(">;expires=").number(expires).line();
  }

  /** Appends the Path line. */
  static void path(SipWriter out, Listener by) {
    out.put("Path: <sip:").put(by.sentBy());
    if (!by.transport().name().equals("udp")) {
      out.put(";transport=").put(by.transport().name());
    }
    out.put(";lr").put(UpstreamPathMarker.text()).put(">\r\n");
  }

  /** How long an answer says it holds, in seconds; 0 when it does not list it. */
  static long listed(AddressOfRecord aor, ContactIterator contact, SipUri uri, byte[] bytes) {
    while (contact.next()) {
      if (!contact.wildcard()
          && uri.parse(bytes, contact.uriFrom(), contact.uriTo())
          && aor.equals(AddressOfRecord.of(uri))) {
        return contact.expires();
      }
    }
    return 0;
  }

  /** Appends an address of record: its escapes, which are resolved there, anew (RFC 3261 §25.1). */
  static SipWriter address(SipWriter out, AddressOfRecord aor) {
    byte[] bytes = aor.bytes();
    int at = bytes.length;
    while (at > 0 && bytes[at - 1] != '@') {
      at--;
    }
    for (int i = 0; i < at - 1; i++) {
      char c = (char) (bytes[i] & 0xff);
      boolean plain =
          c < 128 && (Character.isLetterOrDigit(c) || "-_.!~*'()&=+$,;?/".indexOf(c) >= 0);
      if (plain) {
        out.put(c);
      } else {
        out.put('%').put(String.format("%02X", (int) c));
      }
    }
    if (at > 1) {
      out.put('@');
    }
    return out.put(new String(bytes, at, bytes.length - at, StandardCharsets.UTF_8));
  }
}

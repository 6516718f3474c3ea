// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.hiding;

import io.fairlead.dialog.CookieKeys;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.Base64Url;
import io.fairlead.sip.SipWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What is hidden travels in the messages themselves, sealed with keys that all nodes have: so no
 * node keeps anything of it, and each can put it back. A seal holds for one purpose only, and where
 * it belongs to a call for that call's Call-ID only.
 *
 * <p>Owned by one loop: one object seals and opens one after the other.
 */
final class HidingSeals {
  /** What a sealed text is for. */
  enum Kind {
    /** The Vias below ours, and what From and To were. */
    VIA,
    /** The Record-Routes or Routes behind ours. */
    ROUTE,
    /** A whole Path or Service-Route. */
    PATH,
    /** A URI. */
    URI,
    /** A Call-ID. */
    CALL_ID
  }

  /** Begins the user part of a sealed URI, and a sealed Call-ID. */
  static final byte[] MARK = "fl-h.".getBytes(StandardCharsets.US_ASCII);

  /** The parameter of our own Via and Record-Route. */
  static final byte[] PARAMETER = "fl-h".getBytes(StandardCharsets.US_ASCII);

  private static final String PURPOSE = "topology hiding";
  private static final int LONGEST_CALL_ID = 512;

  private final AesSiv[] keys;
  private final byte[] purpose = new byte[1 + LONGEST_CALL_ID];
  private int purposeLength;
  private byte[] sealed = new byte[1024];
  private byte[] plain = new byte[1024];
  private int length;

  /** Seals with the keys of the cluster. */
  HidingSeals(CookieKeys keys) {
    List<byte[]> all = keys.derivedBytes(PURPOSE);
    this.keys = all.stream().map(AesSiv::new).toArray(AesSiv[]::new);
  }

  /** The next seal holds everywhere. */
  HidingSeals of(Kind kind) {
    purpose[0] = (byte) kind.ordinal();
    purposeLength = 1;
    return this;
  }

  /** The next seal holds within the call of that Call-ID. */
  HidingSeals of(Kind kind, byte[] bytes, int callIdFrom, int callIdTo) {
    of(kind);
    int n = Math.min(LONGEST_CALL_ID, callIdTo - callIdFrom);
    System.arraycopy(bytes, callIdFrom, purpose, 1, n);
    purposeLength = 1 + n;
    return this;
  }

  /** Appends the sealed text of a range. */
  void seal(SipWriter out, byte[] text, int from, int to) {
    int n = to - from + AesSiv.OVERHEAD;
    room(n);
    keys[0].seal(purpose, purposeLength, text, from, to, sealed);
    Base64Url.encode(out, sealed, n);
  }

  /**
   * Opens a sealed text; {@link #plain} and {@link #length} then say what it was.
   *
   * @return false when none of the keys has sealed it for this
   */
  boolean open(byte[] text, int from, int to) {
    int n = Base64Url.decoded(to - from);
    room(n);
    if (n < AesSiv.OVERHEAD || !Base64Url.decode(text, from, to, sealed)) {
      return false;
    }
    length = n - AesSiv.OVERHEAD;
    for (AesSiv key : keys) {
      if (key.open(purpose, purposeLength, sealed, n, plain)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a user part or a Call-ID claims to be sealed. */
  static boolean claims(byte[] bytes, int from, int to) {
    return to - from > MARK.length
        && Ascii.equals(bytes, from, from + MARK.length, MARK, 0, MARK.length);
  }

  /** What was opened last, until the next is. */
  byte[] plain() {
    return plain;
  }

  /** How many bytes were opened last. */
  int length() {
    return length;
  }

  private void room(int n) {
    if (n > sealed.length) {
      sealed = new byte[2 * n];
      plain = new byte[2 * n];
    }
  }
}

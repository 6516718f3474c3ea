// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.hiding;

import io.fairlead.guard.hiding.HidingSeals.Kind;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.SipWriter;
import java.nio.charset.StandardCharsets;

/**
 * Call-IDs on both sides, one to one. One made inside is sealed outside. One made outside stays as
 * it is there, and has a mark before it inside: so whoever sees a Call-ID knows where it was made,
 * in requests and answers alike. Loops, cookies and logs know the inside one.
 *
 * <p>Owned by one loop.
 */
final class HiddenCallIds {
  /** Begins a Call-ID that was made outside, where the inside sees it. */
  private static final byte[] OUTSIDE = "fl-o.".getBytes(StandardCharsets.US_ASCII);

  private final HidingSeals seals;

  HiddenCallIds(HidingSeals seals) {
    this.seals = seals;
  }

  /** Appends what the outside sees of a Call-ID. */
  void hide(SipWriter out, byte[] bytes, int from, int to) {
    if (begins(bytes, from, to, OUTSIDE)) {
      out.put(bytes, from + OUTSIDE.length, to);
    } else {
      seals.of(Kind.CALL_ID).seal(out.put(HidingSeals.MARK), bytes, from, to);
    }
  }

  /**
   * Appends what the inside sees of a Call-ID.
   *
   * @return false when it claims to be sealed and is not
   */
  boolean restore(SipWriter out, byte[] bytes, int from, int to) {
    if (!HidingSeals.claims(bytes, from, to)) {
      out.put(OUTSIDE).put(bytes, from, to);
      return true;
    }
    boolean opened = seals.of(Kind.CALL_ID).open(bytes, from + HidingSeals.MARK.length, to);
    if (opened) {
      out.put(seals.plain(), 0, seals.length());
    }
    return opened;
  }

  private static boolean begins(byte[] bytes, int from, int to, byte[] mark) {
    return to - from > mark.length
        && Ascii.equals(bytes, from, from + mark.length, mark, 0, mark.length);
  }

  /** The end of the Call-ID that a Replaces, Join or Target-Dialog begins with. */
  static int end(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && bytes[i] != ';' && bytes[i] != '%' && bytes[i] != '&' && bytes[i] > ' ') {
      i++;
    }
    return i;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog.filter;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.Edit;
import io.fairlead.sip.HeaderName;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipMessage;
import java.nio.charset.StandardCharsets;

/**
 * Puts the numbers right that a party and the other one know a request by, since we have inserted
 * some of our own: CSeq (RFC 3261 §20.16), RAck (RFC 3262 §7.2), and the number of a REFER in the
 * Event of its notifications (RFC 3515 §2.4.6).
 *
 * <p>Owned by one loop.
 */
final class CSeqRenumbering {
  private static final byte[] REFER_ID = ";id=".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] REFER = "refer".getBytes(StandardCharsets.US_ASCII);
  private static final long HIGHEST = 0xffff_ffffL;

  private final InsertedCSeqs ofCaller = new InsertedCSeqs();
  private final InsertedCSeqs ofCallee = new InsertedCSeqs();

  /** The numbers of requests in the name of that party. */
  InsertedCSeqs of(Party sender) {
    return sender == Party.CALLER ? ofCaller : ofCallee;
  }

  /** Changes what is to be changed of a party's message on its way. */
  void edit(CallMessage message, Edit edit) {
    SipMessage sip = message.sip();
    Party from = message.from();
    if (!message.isRequest()) {
      number(sip, HeaderName.CSEQ, 0, of(from.other())::inward, edit);
      return;
    }
    number(sip, HeaderName.CSEQ, 0, of(from)::outward, edit);
    if (message.method() == Method.PRACK) {
      number(sip, HeaderName.RACK, 1, of(from)::outward, edit);
    }
    if (message.method() == Method.NOTIFY) {
      referId(sip, of(from.other())::inward, edit);
    } else if (message.method() == Method.SUBSCRIBE) {
      referId(sip, of(from)::outward, edit);
    }
  }

  /** What becomes of a number. */
  private interface Numbering {
    long of(long number);
  }

  // The word of a header, counted from 0, that is a number.
  private static void number(
      SipMessage sip, HeaderName name, int word, Numbering numbering, Edit edit) {
    int i = sip.first(name);
    if (i < 0) {
      return;
    }
    int to = sip.valueEnd(i);
    int from = sip.valueStart(i);
    for (int skipped = 0; skipped < word; skipped++) {
      from = Ascii.skipLws(sip.bytes(), digitsEnd(sip, from, to), to);
    }
    replace(sip, from, to, numbering, edit);
  }

  private static void replace(SipMessage sip, int from, int to, Numbering numbering, Edit edit) {
    int end = digitsEnd(sip, from, to);
    long number = Ascii.number(sip.bytes(), from, end, HIGHEST);
    if (number >= 0) {
      long other = numbering.of(number);
      if (other != number) {
        edit.replace(from, end).number(other);
      }
    }
  }

  private static int digitsEnd(SipMessage sip, int from, int to) {
    int end = from;
    while (end < to && sip.bytes()[end] >= '0' && sip.bytes()[end] <= '9') {
      end++;
    }
    return end;
  }

  private static void referId(SipMessage sip, Numbering numbering, Edit edit) {
    int i = sip.first(HeaderName.EVENT);
    if (i < 0) {
      return;
    }
    byte[] bytes = sip.bytes();
    int from = sip.valueStart(i);
    int to = sip.valueEnd(i);
    int id = from + REFER.length;
    int value = id + REFER_ID.length;
    if (value < to
        && Ascii.equalsLower(bytes, from, id, REFER)
        && Ascii.equalsLower(bytes, id, value, REFER_ID)) {
      replace(sip, value, to, numbering, edit);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.loop.SipHash;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipWriter;
import io.fairlead.sip.Via;
import java.nio.charset.StandardCharsets;

/**
 * The branch of a request forwarded without state (RFC 3261 §16.11): the same for each
 * retransmission, for its CANCEL and for the ACK to its failure, because it follows from the branch
 * the request came with. Immutable.
 */
final class StatelessBranch {
  private static final byte[] PREFIX = "z9hG4bKfs".getBytes(StandardCharsets.US_ASCII);
  private static final int HEX = 16;

  private StatelessBranch() {}

  static void write(SipWriter out, SipHash key, SipRequest r) {
    out.put(PREFIX).hex(hash(key, r, r.via()), HEX);
  }

  private static long hash(SipHash key, SipMessage m, Via via) {
    byte[] bytes = m.bytes();
    if (via.hasUniqueBranch()) {
      return key.hash(bytes, via.branchFrom(), via.branchTo());
    }
    // RFC 2543 peers give no unique branch: Call-ID, From tag and CSeq number stand for it.
    return key.hash(bytes, m.callIdFrom(), m.callIdTo()) * 31
        + key.hash(bytes, m.fromTagFrom(), m.fromTagTo()) * 31
        + m.cseq();
  }

  /** True when the topmost Via's branch was made for the one below it. */
  static boolean matches(byte[] bytes, Via top, SipHash key, SipMessage m, Via below) {
    byte[] expected = new SipWriter(HEX).hex(hash(key, m, below), HEX).copy();
    return Ascii.equals(bytes, top.branchFrom() + PREFIX.length, top.branchTo(), expected, 0, HEX);
  }

  static boolean is(byte[] bytes, int from, int to) {
    return to - from == PREFIX.length + HEX
        && Ascii.equals(bytes, from, from + PREFIX.length, PREFIX, 0, PREFIX.length);
  }
}

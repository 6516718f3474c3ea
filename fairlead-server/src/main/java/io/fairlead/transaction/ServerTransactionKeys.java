// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.loop.SipHash;
import io.fairlead.sip.Ascii;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipWriter;
import io.fairlead.sip.Via;

/**
 * Finds the identity of a server transaction in a message (RFC 3261 §17.2.3): a keyed 64-bit hash
 * of branch, sent-by and method, or for a peer of RFC 2543 times of the fields named there. ACK
 * counts as INVITE.
 *
 * <p>The hash alone identifies: with 100000 transactions alive, a new one meets a foreign one with
 * a chance of 5e-15, and nobody without the key can aim at it. So a lingering transaction keeps no
 * text to compare with.
 *
 * <p>Devices exist that write the same branch into everything they send: {@link #call} tells the
 * requests of such a one apart.
 *
 * <p>Owned by one loop.
 */
final class ServerTransactionKeys {
  private final SipHash hash;
  private final SipWriter text = new SipWriter(512);

  ServerTransactionKeys(SipHash hash) {
    this.hash = hash;
  }

  /** The key of the transaction of that method which the request belongs to. */
  long of(SipRequest request, Method method) {
    if (request.via().hasUniqueBranch()) {
      return unique(request, method);
    }
    byte[] bytes = request.bytes();
    begin('o', method);
    part(bytes, request.uriFrom(), request.uriTo());
    part(bytes, request.fromTagFrom(), request.fromTagTo());
    part(bytes, request.callIdFrom(), request.callIdTo());
    Via via = request.via();
    part(bytes, request.valueStart(via.header()), via.end());
    if (method != Method.INVITE && method != Method.ACK) {
      // An ACK or CANCEL carries the tag that the answer gave, its INVITE none; the other fields
      // suffice for those.
      part(bytes, request.toTagFrom(), request.toTagTo());
    }
    text.number(request.cseq());
    return hash.hash(text.bytes(), 0, text.length());
  }

  /**
   * The same for a message, request or response, whose topmost Via has a branch with the magic
   * cookie.
   */
  long unique(SipMessage message, Method method) {
    byte[] bytes = message.bytes();
    Via via = message.via();
    begin('u', method);
    // Byte for byte, though tokens ignore case: some peers' branches differ in nothing else, none
    // changes the case.
    part(bytes, via.branchFrom(), via.branchTo());
    for (int i = via.hostFrom(); i < via.hostTo(); i++) {
      byte b = bytes[i];
      text.put((char) (b >= 'A' && b <= 'Z' ? b | 0x20 : b & 0xff));
    }
    text.put(':').number(via.port());
    return hash.hash(text.bytes(), 0, text.length());
  }

  /**
   * Which request of which call a message belongs to: a quick hash of Call-ID and CSeq number. Who
   * makes two collide mixes up requests of his own branch only. Never 0, which stands for a message
   * that has none.
   */
  int call(SipMessage message) {
    return call(message, message.cseq());
  }

  /** The same with another CSeq. */
  int call(SipMessage message, long cseq) {
    long seed = cseq * 0x9e3779b97f4a7c15L;
    long both = Ascii.hash(seed, message.bytes(), message.callIdFrom(), message.callIdTo());
    int folded = (int) (both >>> 32);
    return folded == 0 ? 1 : folded;
  }

  /** Where a transaction stands whose own key another call's transaction has. */
  static long twin(long key, int call) {
    return key ^ call * 0x9e3779b97f4a7c15L;
  }

  private void begin(char kind, Method method) {
    Method counted = method == Method.ACK ? Method.INVITE : method;
    text.clear().put(kind).put((char) counted.ordinal());
  }

  // A line feed ends each part: none can be inside, so no two lists of parts read alike.
  private void part(byte[] bytes, int from, int to) {
    text.put(bytes, from, to).put('\n');
  }
}

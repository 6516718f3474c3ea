// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar;

import io.fairlead.loop.SipHash;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipWriter;
import io.fairlead.transport.Flow;

/**
 * Answers REGISTER without a transaction (RFC 3261 §8.2.7): a retransmission gets the same answer
 * because nothing has changed since, the tag included.
 *
 * <p>Owned by one loop.
 */
final class Answers {
  private static final int TAG = 16;

  private final RegistrarHouse house;
  private final SipHash hash;
  private final SipWriter tag = new SipWriter(TAG);
  private final SipWriter out = new SipWriter(2048);

  Answers(RegistrarHouse house) {
    this.house = house;
    this.hash = house.keys().branchHash();
  }

  /** Answers with a failure. */
  void refuse(Flow flow, SipRequest request, int status, String headers) {
    begin(flow, request, status, "Service Unavailable").put(headers);
    send(flow, request);
  }

  /** Begins an answer; header lines may follow, then {@link #send}. */
  SipWriter begin(Flow flow, SipRequest request, int status, String reason) {
    long seed = hash.hash(request.bytes(), request.callIdFrom(), request.callIdTo());
    byte[] toTag = tag.clear().hex(seed, TAG).bytes();
    Responses.begin(out.clear(), request, flow.remote(), status, reason, toTag);
    return out;
  }

  /** Ends the answer and sends it the way the topmost Via says. */
  void send(Flow flow, SipRequest request) {
    out.put("Content-Length: 0\r\n\r\n");
    house.replyPath().of(flow, request.via()).send(out.bytes(), 0, out.length());
  }
}

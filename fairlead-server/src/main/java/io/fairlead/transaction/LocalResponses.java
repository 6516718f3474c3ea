// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.sip.Responses;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipWriter;

/**
 * Writes the responses that are our own and nobody's we passed the request to (RFC 3261 §8.2.6):
 * 100 Trying, and final ones without body.
 *
 * <p>Owned by one loop.
 */
final class LocalResponses {
  private static final int TAG_DIGITS = 16;

  private final UniqueIds ids;
  private final SipWriter out = new SipWriter();
  private final SipWriter tag = new SipWriter(32);

  LocalResponses(UniqueIds ids) {
    this.ids = ids;
  }

  /** Sends 100 Trying, which has no tag of ours. */
  void trying(ServerTransaction transaction) {
    SipRequest request = transaction.request();
    out.clear();
    Responses.write(out, request, transaction.flow().remote(), 100, "Trying", null, "");
    transaction.send(out.bytes(), 0, out.length());
  }

  /**
   * Answers, unless a final response was given.
   *
   * @param tagKey of the transaction whose To tag the response has
   * @param headers more header lines, each with CR LF, or empty
   */
  void respond(
      ServerTransaction transaction, long tagKey, int status, String reason, String headers) {
    if (transaction.answered()) {
      return;
    }
    tag.clear().hex(ids.tag(tagKey), TAG_DIGITS);
    out.clear();
    Responses.write(
        out,
        transaction.request(),
        transaction.flow().remote(),
        status,
        reason,
        tag.copy(),
        headers);
    transaction.respond(out.bytes(), 0, out.length(), status);
  }
}

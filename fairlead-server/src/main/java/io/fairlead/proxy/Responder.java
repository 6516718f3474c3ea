// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.guard.ban.UpstreamOffences;
import io.fairlead.observe.RefusalCause;
import io.fairlead.sip.DetachedEdits;
import io.fairlead.sip.Method;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;
import io.fairlead.transaction.ServerTransaction;
import org.jspecify.annotations.Nullable;

/**
 * Gives responses to who asked (RFC 3261 §16.7 steps 3 and 9): passed on, or of our own.
 *
 * <p>Owned by one loop.
 */
final class Responder {
  /** Within ten seconds, as for an INVITE that crosses another (RFC 3261 §14.2). */
  private static final String SOON = "Retry-After: 5\r\n";

  private final Forwarder forwarder;
  private final SipsRules sips;
  private final ProxyLog log;
  private final UpstreamOffences offences;

  Responder(Forwarder forwarder, SipsRules sips, ProxyLog log, UpstreamOffences offences) {
    this.forwarder = forwarder;
    this.sips = sips;
    this.log = log;
    this.offences = offences;
  }

  /**
   * Passes a response on.
   *
   * @param edits what filters change; null for nothing
   */
  void pass(ServerTransaction to, SipResponse response, @Nullable DetachedEdits edits) {
    give(to, response, forwarder.filtered(edits, 0).response(response));
  }

  /**
   * Passes a final response on as the end of a request that had several branches.
   *
   * @param challenges header lines of other branches; null for none
   * @param edits what filters change; null for nothing
   */
  void end(
      ServerTransaction to,
      SipResponse response,
      @Nullable SipWriter challenges,
      @Nullable DetachedEdits edits) {
    Forwarder writes = forwarder.filtered(edits, 0);
    give(
        to,
        response,
        challenges == null ? writes.ended(response) : writes.response(response, challenges));
  }

  private void give(ServerTransaction to, SipResponse response, SipWriter text) {
    // The first final answer is the one that the device gets.
    boolean ends = response.status() >= 200 && !to.answered();
    if (ends && response.cseqMethod() == Method.REGISTER) {
      offences.answered(to.flow(), to.request(), response);
    }
    to.respond(text.bytes(), 0, text.length(), response.status());
  }

  /** Answers with a cause, and counts it. */
  void refuse(ServerTransaction transaction, RefusalCause cause, String headers) {
    transaction.reject(cause.status(), cause.reason(), headers);
    log.refused(cause);
  }

  /** The headers of a refusal for that cause. */
  String warning(RefusalCause cause) {
    return cause == RefusalCause.CROWDED ? SOON : sips.warning(cause);
  }
}

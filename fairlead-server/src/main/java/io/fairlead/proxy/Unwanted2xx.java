// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.SipResponse;
import io.fairlead.transaction.ClientTransaction;
import io.fairlead.transaction.ResponseListener;
import io.fairlead.transport.Flow;
import java.util.HashSet;
import java.util.Set;

/**
 * Ends the calls of a branch that is answered with success when nobody wants that any more: the
 * caller has acknowledged a failure (RFC 3261 §17.2.1), or another backend has the call. Each copy
 * of a 2xx gets its ACK, each dialog one BYE, as its caller would do (§13.2.2.4).
 *
 * <p>Owned by one loop.
 */
final class Unwanted2xx implements ResponseListener {
  private final AckAndBye dismissal;
  private final Flow callee;
  private final Set<String> ended = new HashSet<>(1);

  Unwanted2xx(AckAndBye dismissal, Flow callee) {
    this.dismissal = dismissal;
    this.callee = callee;
  }

  @Override
  public void onResponse(ClientTransaction transaction, SipResponse response) {
    if (response.isSuccess()) {
      String tag = Ascii.text(response.bytes(), response.toTagFrom(), response.toTagTo());
      dismissal.take(callee, response, ended.add(tag));
    }
  }

  /** Cannot come any more: there is an answer. */
  @Override
  public void onTimeout(ClientTransaction transaction) {}

  /** Cannot come any more: there is an answer. */
  @Override
  public void onTransportError(ClientTransaction transaction, String why) {}

  /** Nobody waits for what comes of it. */
  @Override
  public void onDefect() {}
}

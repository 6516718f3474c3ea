// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.loop.CurrentStepOwner;
import io.fairlead.loop.Loop;
import io.fairlead.loop.StepFailureHandler;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.Via;
import io.fairlead.transport.Flow;
import java.util.Arrays;
import java.util.List;

/**
 * Sends for the transactions of a loop, and tells them what could not be delivered (RFC 3261
 * §17.1.4, §17.2.4, §18.4): a request fails, a response is tried on another way first.
 *
 * <p>A transport may tell so while it is asked to send. The one who sends must get its transaction
 * before it hears of its end, so that is told afterwards.
 *
 * <p>Owned by one loop.
 */
final class TransportErrors {
  private final Loop loop;
  private final CurrentStepOwner steps;
  private final ServerTransactions servers;
  private final ClientTransactions clients;
  private final SipParser parser = new SipParser();
  private boolean sending;
  private boolean ended;

  TransportErrors(Loop loop, ServerTransactions servers, ClientTransactions clients) {
    this.loop = loop;
    this.steps = loop.steps();
    this.servers = servers;
    this.clients = clients;
  }

  void send(Flow flow, byte[] bytes, int from, int to) {
    boolean nested = sending;
    sending = true;
    flow.send(bytes, from, to);
    sending = nested;
  }

  /** From now on nobody is told. */
  void end() {
    ended = true;
  }

  /** A message of ours could not be delivered; the bytes may show only its beginning. */
  void onUndeliverable(byte[] bytes, int from, int to, String why) {
    if (ended) {
      return;
    }
    switch (parser.parse(bytes, from, to)) {
      case SipRequest request when request.hasVia() -> undeliverableRequest(request, why);
      case SipResponse response when response.hasVia() -> undeliverableResponse(response, why);
      case null, default -> {}
    }
  }

  private void undeliverableRequest(SipRequest request, String why) {
    Via via = request.via();
    ClientTransaction transaction =
        clients.find(
            Branch.id(request.bytes(), via.branchFrom(), via.branchTo()), request.method());
    if (transaction == null) {
      return;
    }
    if (sending) {
      loop.execute(() -> broken(transaction, why));
    } else {
      broken(transaction, why);
    }
  }

  private void broken(ClientTransaction transaction, String why) {
    StepFailureHandler before = steps.isFor(transaction);
    transaction.onTransportError(why);
    steps.back(before);
  }

  private void undeliverableResponse(SipResponse response, String why) {
    ServerTransaction transaction = servers.of(response);
    if (transaction == null) {
      return;
    }
    byte[] whole =
        sending ? Arrays.copyOfRange(response.bytes(), response.start(), response.end()) : null;
    if (whole != null) {
      loop.execute(() -> sendElsewhere(transaction, whole, 0, whole.length, why));
    } else {
      sendElsewhere(transaction, response.bytes(), response.start(), response.end(), why);
    }
  }

  private void sendElsewhere(
      ServerTransaction transaction, byte[] bytes, int from, int to, String why) {
    StepFailureHandler before = steps.isFor(transaction);
    if (!transaction.sendElsewhere(bytes, from, to)) {
      transaction.onTransportError(why);
    }
    steps.back(before);
  }

  /** A connection ended: what waited for a response on it fails. */
  void onClosed(Flow flow, String why) {
    if (ended) {
      return;
    }
    closed(clients.on(flow), 0, why);
  }

  private void closed(List<ClientTransaction> waiting, int from, String why) {
    int next = from;
    try {
      while (next < waiting.size()) {
        broken(waiting.get(next++), why);
      }
    } finally {
      // A defect in what comes of one does not keep it from the others.
      if (next < waiting.size()) {
        int rest = next;
        loop.execute(() -> closed(waiting, rest, why));
      }
    }
  }
}

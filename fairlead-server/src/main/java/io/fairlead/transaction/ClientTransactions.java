// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.sip.Ascii;
import io.fairlead.sip.Method;
import io.fairlead.sip.Responses;
import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.Via;
import io.fairlead.transport.Flow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The client transactions there are, by the id in our branch, and what a response must have to be
 * for one of them (RFC 3261 §17.1.3).
 *
 * <p>Owned by one loop.
 */
final class ClientTransactions {
  private static final Method[] METHODS = Method.values();
  private static final byte[][] METHOD_TEXT = new byte[METHODS.length][];

  static {
    for (int i = 0; i < METHODS.length; i++) {
      METHOD_TEXT[i] = METHODS[i].name().getBytes(StandardCharsets.US_ASCII);
    }
  }

  private final ServerTransactionKeys keys;
  private final Long2ObjectHashMap<ClientTransaction> byBranch = new Long2ObjectHashMap<>();
  // A CANCEL has the branch of its INVITE (§9.1), so it needs a place of its own.
  private final Long2ObjectHashMap<ClientTransaction> cancels = new Long2ObjectHashMap<>();
  private final ConnectionTransactions waiters = new ConnectionTransactions();
  private final SipParser parser = new SipParser();
  private final Via below = new Via();

  ClientTransactions(ServerTransactionKeys keys) {
    this.keys = keys;
  }

  int size() {
    return byBranch.size() + cancels.size();
  }

  @Nullable ClientTransaction find(long id, Method method) {
    return method == Method.CANCEL ? cancels.get(id) : byBranch.get(id);
  }

  /** Takes it in and sends its request. One that could not begin is none: nobody would end it. */
  void begin(ClientTransaction transaction, byte[] bytes, int from, int to) {
    boolean begun = false;
    try {
      add(transaction);
      transaction.start(bytes, from, to);
      begun = true;
    } finally {
      if (!begun) {
        transaction.terminate();
      }
    }
  }

  private void add(ClientTransaction transaction) {
    if (transaction.method() == Method.CANCEL) {
      cancels.put(transaction.branch(), transaction);
    } else {
      byBranch.put(transaction.branch(), transaction);
      waiters.add(transaction);
    }
  }

  void remove(ClientTransaction transaction) {
    waiters.remove(transaction);
    if (transaction.method() == Method.CANCEL) {
      cancels.remove(transaction.branch());
    } else {
      byBranch.remove(transaction.branch());
    }
  }

  /** It waits for no response on its connection. */
  void settled(ClientTransaction transaction) {
    waiters.remove(transaction);
  }

  /** Those that wait for a response on that connection. */
  List<ClientTransaction> on(Flow flow) {
    return waiters.on(flow);
  }

  /** Notes by what its responses will be known: it sends on what came in. */
  void identify(ClientTransaction transaction, SipRequest taken) {
    transaction.call = keys.call(taken);
    transaction.forwarded = true;
  }

  /** Which request of which call a request becomes that leaves with that CSeq. */
  int call(SipRequest taken, long cseq) {
    return keys.call(taken, cseq);
  }

  /** The same of one whose bytes, about to be sent, are all that is known. */
  void identify(ClientTransaction transaction, byte[] bytes, int from, int to) {
    SipMessage sent = parser.parse(bytes, from, to);
    if (sent != null && sent.cseq() >= 0 && sent.hasVia()) {
      transaction.call = keys.call(sent);
      transaction.forwarded = Responses.viaBelow(sent, below);
    }
  }

  /**
   * False for a response that mixes up our branches, or was made up, and for one that has lost the
   * Via below ours: it could be passed to nobody (§16.7 step 3), the peer is as good as silent.
   */
  boolean isOf(ClientTransaction transaction, SipResponse response) {
    return (transaction.call == 0 || transaction.call == keys.call(response))
        && (!transaction.forwarded || Responses.viaBelow(response, below));
  }

  /** The method of a request that is about to be sent. */
  static Method method(byte[] bytes, int from, int to) {
    int end = Ascii.indexOf(bytes, from, to, ' ');
    for (int i = 0; i < METHODS.length; i++) {
      byte[] text = METHOD_TEXT[i];
      if (Ascii.equals(bytes, from, Math.max(from, end), text, 0, text.length)) {
        return METHODS[i];
      }
    }
    return Method.OTHER;
  }
}

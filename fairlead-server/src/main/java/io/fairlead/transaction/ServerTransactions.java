// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.sip.Method;
import io.fairlead.sip.SipResponse;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The server transactions there are, by {@linkplain ServerTransactionKeys identity} (RFC 3261
 * §17.2.3). Of several with the same branch, sent-by and method, from a device that has one branch
 * for all it sends, the first stands under that key, each other one under a key of its own, its
 * twin.
 *
 * <p>Owned by one loop.
 */
final class ServerTransactions {
  private static final Method[] METHODS = Method.values();

  private final ServerTransactionKeys keys;
  private final Long2ObjectHashMap<ServerTransaction> byKey = new Long2ObjectHashMap<>();
  private int twins;

  ServerTransactions(ServerTransactionKeys keys) {
    this.keys = keys;
  }

  int size() {
    return byKey.size();
  }

  List<ServerTransaction> all() {
    return List.copyOf(byKey.values());
  }

  /** The one with that key that belongs to that request of that call; null when there is none. */
  @Nullable ServerTransaction find(long key, int call) {
    ServerTransaction first = byKey.get(key);
    if (first != null && first.call == call) {
      return first;
    }
    ServerTransaction twin = twins == 0 ? null : byKey.get(ServerTransactionKeys.twin(key, call));
    return twin == null || twin.call != call ? null : twin;
  }

  /** Takes in one that is not there yet. */
  void add(long key, int call, ServerTransaction transaction) {
    boolean taken = byKey.containsKey(key);
    transaction.call = call;
    transaction.key = taken ? ServerTransactionKeys.twin(key, call) : key;
    transaction.twin = taken;
    twins += taken ? 1 : 0;
    byKey.put(transaction.key, transaction);
  }

  void remove(ServerTransaction transaction) {
    if (byKey.get(transaction.key) == transaction) {
      byKey.remove(transaction.key);
      twins -= transaction.twin ? 1 : 0;
    }
  }

  /** The one that sent that response, of which the end may be missing; null when there is none. */
  @Nullable ServerTransaction of(SipResponse response) {
    if (!response.via().hasUniqueBranch()) {
      return null;
    }
    if (response.cseq() >= 0) {
      return find(keys.unique(response, response.cseqMethod()), keys.call(response));
    }
    // What ICMP brings back may end before CSeq.
    for (Method method : METHODS) {
      ServerTransaction found = byKey.get(keys.unique(response, method));
      if (found != null) {
        return found;
      }
    }
    return null;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transaction;

import io.fairlead.transport.Flow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The client transactions that wait for a response on a connection: a list per flow, linked through
 * the transactions, so that the end of a connection costs what waits on it and not what is alive.
 *
 * <p>Owned by one loop.
 */
final class ConnectionTransactions {
  private final Map<Flow, ClientTransaction> heads = new HashMap<>();

  void add(ClientTransaction transaction) {
    if (transaction.reliable()) {
      ClientTransaction head = heads.put(transaction.flow(), transaction);
      transaction.nextOnFlow = head;
      if (head != null) {
        head.previousOnFlow = transaction;
      }
    }
  }

  void remove(ClientTransaction transaction) {
    ClientTransaction before = transaction.previousOnFlow;
    ClientTransaction after = transaction.nextOnFlow;
    if (after != null) {
      after.previousOnFlow = before;
    }
    if (before != null) {
      before.nextOnFlow = after;
    } else if (heads.get(transaction.flow()) == transaction) {
      replaceHead(transaction.flow(), after);
    }
    transaction.previousOnFlow = null;
    transaction.nextOnFlow = null;
  }

  private void replaceHead(Flow flow, @Nullable ClientTransaction after) {
    if (after == null) {
      heads.remove(flow);
    } else {
      heads.put(flow, after);
    }
  }

  /** Those that wait on the flow now; a copy, since each may end others when it is told. */
  List<ClientTransaction> on(Flow flow) {
    List<ClientTransaction> all = new ArrayList<>();
    for (ClientTransaction t = heads.get(flow); t != null; t = t.nextOnFlow) {
      all.add(t);
    }
    return all;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.loop.Loop;
import java.util.ArrayList;

/**
 * Who waits for a sign of life of a connection's peer, and what the last ping told. Several ask,
 * and a WebSocket connection asks for itself too: one ping serves all who ask at about the same
 * time.
 *
 * <p>Owned by one loop.
 */
final class ConnectionPings {
  private final Flow flow;
  private final Loop loop;
  // Nearly always one: the loop that owns the address of record.
  private final ArrayList<PongListener> waiting = new ArrayList<>(0);
  private long askedNs;
  private long rttNs;
  private boolean asked;
  private boolean awaiting;

  ConnectionPings(Flow flow, Loop loop) {
    this.flow = flow;
    this.loop = loop;
  }

  /** One more waits for an answer; true when a ping must be sent for it. */
  boolean ask(long recentNs, PongListener listener) {
    if (!waiting.contains(listener)) {
      waiting.add(listener);
    }
    if (!asked || loop.nowNs() - askedNs >= recentNs) {
      return true;
    }
    if (!awaiting) {
      loop.execute(this::tell);
    }
    return false;
  }

  /** A ping leaves, for whomever. */
  void sent() {
    askedNs = loop.nowNs();
    asked = true;
    awaiting = true;
  }

  /** The peer gave a sign of life. */
  void heard() {
    if (awaiting) {
      awaiting = false;
      rttNs = Math.max(0, loop.nowNs() - askedNs);
    }
    tell();
  }

  private void tell() {
    for (int i = 0; i < waiting.size(); i++) {
      waiting.get(i).onPong(flow, rttNs);
    }
    waiting.clear();
  }
}

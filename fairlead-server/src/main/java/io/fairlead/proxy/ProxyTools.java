// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.guard.gate.TrustedSources;
import io.fairlead.loop.Loop;
import io.fairlead.loop.TimerWheel;

/**
 * What each request that is on its way needs, whatever its way. Owned by one loop.
 *
 * @param loop where it lives
 * @param timerCNs how long an INVITE may ring, in nanoseconds
 * @param responder gives responses to who asked
 * @param dismissal ends dialogs that nobody wants
 * @param unfinished counts it until it has its final answer
 * @param log says what became of it
 * @param trusted hears who is in a call
 */
record ProxyTools(
    Loop loop,
    long timerCNs,
    Responder responder,
    AckAndBye dismissal,
    Unfinished unfinished,
    ProxyLog log,
    TrustedSources trusted) {
  TimerWheel timers() {
    return loop.timers();
  }

  long nowNs() {
    return loop.nowNs();
  }
}

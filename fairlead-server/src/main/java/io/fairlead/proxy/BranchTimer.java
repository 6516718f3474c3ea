// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.loop.Timer;
import io.fairlead.sip.SipResponse;

/**
 * The one timer of a request that begins something. It serves two ends: the time given to the
 * branches tried now, and timer C (RFC 3261 §16.6 step 11).
 *
 * <p>Owned by one loop.
 */
abstract sealed class BranchTimer extends Timer permits ResponseContext {
  final ProxyTools tools;
  final Branches attempts = new Branches();
  private boolean timerC;

  BranchTimer(ProxyTools tools) {
    this.tools = tools;
  }

  /** The branches tried now have used up their time. */
  abstract void onTimeUp();

  /** Timer C (RFC 3261 §16.8). */
  abstract void onTimerC();

  final long nowNs() {
    return tools.nowNs();
  }

  /** Gives the branches tried now that much time. */
  final void allow(long ns) {
    timerC = false;
    tools.timers().schedule(this, ns);
  }

  /** A provisional response came: timer C runs, anew where it was more than a 100. */
  final void armTimerC(SipResponse response) {
    if (!timerC || response.status() > 100) {
      timerC = true;
      tools.timers().schedule(this, tools.timerCNs());
    }
  }

  /** True while timer C runs: a branch rings. */
  final boolean isTimerC() {
    return timerC && armed();
  }

  /**
   * Only branches that have said nothing are left: what another has answered waits for them no
   * longer than that.
   */
  final void holdUp(long silenceNs) {
    long until = attempts.silentUntilNs(silenceNs, nowNs());
    if (until >= 0) {
      allow(until - nowNs());
    }
  }

  /** The branches tried now have as much time as they need. */
  final void unlimited() {
    timerC = false;
    disarm();
  }

  /** Nothing is waited for. */
  final void disarm() {
    tools.timers().cancel(this);
  }

  @Override
  protected final void onTimer() {
    if (timerC) {
      onTimerC();
    } else {
      onTimeUp();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.observe.FailureBlame;
import io.fairlead.pool.blame.BackendRequestOwner;
import io.fairlead.pool.blame.FailureStreak;
import io.fairlead.pool.blame.ResponseVerdict;
import io.fairlead.pool.blame.UnconfirmedFailures;
import io.fairlead.pool.health.CheckResult;
import io.fairlead.pool.health.CombinedHealth;
import io.fairlead.pool.health.Ewma;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What requests to one backend came to: counted, and told to its pool where something follows. That
 * a request failed is no evidence against the backend yet: {@link #charged} says so, or a run of
 * failures that the other backends do not have. Reports come from any loop. Shared: see
 * docs/ownership.md.
 */
public final class RequestOutcomes {
  private final Backend backend;
  private final BackendMeters meters;
  private final Ewma latency = new Ewma();
  private final AtomicInteger charges = new AtomicInteger();
  private final AtomicInteger silences = new AtomicInteger();
  private final AtomicInteger trials = new AtomicInteger();
  private final LongAdder failures = new LongAdder();
  private final FailureStreak failing = new FailureStreak();
  private final FailureStreak full = new FailureStreak();
  private final UnconfirmedFailures doubted = new UnconfirmedFailures();
  private final FailureShare share = new FailureShare(this);
  private volatile boolean busy;
  private volatile boolean overloaded;

  RequestOutcomes(Backend backend, BackendMeters meters) {
    this.backend = backend;
    this.meters = meters;
  }

  /** Moving mean of the time to the first answer, 0 when not known yet. */
  long latencyNs() {
    return latency.ns();
  }

  // ---- checks ----

  /**
   * A check came to this end; on the home loop.
   *
   * @param elapsedNs how long its answer took; 0 when it was somebody else's
   */
  public void checked(CheckResult result, long elapsedNs) {
    meters.check(result).add();
    if (result == CheckResult.PASSED && elapsedNs > 0) {
      latency.add(elapsedNs);
    }
  }

  // ---- any answer ----

  /** An answer came, provisional or final. */
  public void answer(int status, ResponseVerdict reply, boolean first, long elapsedNs) {
    if (first) {
      latency.add(elapsedNs);
    }
    if (silences.getOpaque() != 0) {
      silences.set(0);
    }
    if (status < 200) {
      return;
    }
    meters.outcome(status).add();
    if (status < 300) {
      meters.setUp.record(elapsedNs);
    }
    if (reply.failure()) {
      failures.increment();
    }
  }

  /**
   * It was no failure. One that is out comes back when it serves a request that came to it since;
   * one that had no room already when it takes one up.
   */
  public void well(ResponseVerdict reply, BackendRequestOwner asker, long startedNs) {
    full.broken();
    CombinedHealth condition = backend.condition();
    boolean enough =
        reply == ResponseVerdict.SERVED || reply == ResponseVerdict.RINGING && busy || overloaded;
    if (enough && condition.outSince(startedNs)) {
      backend.tell(owner -> condition.onServed(startedNs));
    }
    if (reply == ResponseVerdict.SERVED) {
      served(asker);
    }
  }

  private void served(BackendRequestOwner asker) {
    failing.broken();
    doubted.clear();
    if (charges.getOpaque() != 0) {
      charges.set(0);
    }
    if (busy) {
      busy = false;
      backend.tell(owner -> backend.condition().onNotBusy());
    }
    FailureConsequences doubts = backend.doubts();
    if (doubts != null && doubts.anySuspect()) {
      long destination = asker.destination();
      if (doubts.isSuspect(destination)) {
        backend.tell(owner -> owner.charges().onServedBy(backend, destination));
      }
    }
  }

  /** It was a failure, whoever's. */
  public void failed(ResponseVerdict reply, long destination) {
    if (backend.condition().out()) {
      backend.tell(owner -> backend.condition().onRefusedAgain());
    }
    if (reply.busy()) {
      backend.tell(owner -> owner.charges().onRefused(backend, reply, destination));
    }
  }

  // ---- whose fault it was ----

  /** Another backend did better with a request that failed here. */
  public void charged(ResponseVerdict reply, int retryAfterSeconds, long destination) {
    meters.fault(FailureBlame.BETTER_ELSEWHERE).add();
    int more = doubted.confirm(destination) ? 2 : 1;
    int count = reply.busy() ? 0 : charges.addAndGet(more);
    busy(reply);
    backend.tell(owner -> owner.charges().onCharged(backend, reply, retryAfterSeconds, count));
  }

  /** Marks that it is set aside for lack of room. */
  void busy(ResponseVerdict reply) {
    if (reply.busy()) {
      busy = true;
    }
    overloaded = reply == ResponseVerdict.OVERLOAD;
  }

  /** All that were asked have failed the request. */
  public void absolved(long destination) {
    doubted.remove(destination);
    meters.fault(FailureBlame.FAILED_EVERYWHERE).add();
  }

  /** Nobody else was asked. */
  public void suspected(ResponseVerdict reply, int retryAfterSeconds, long destination) {
    meters.fault(FailureBlame.NOT_COMPARED).add();
    doubted.add(destination);
    backend.tell(
        owner -> owner.charges().onSuspected(backend, reply, retryAfterSeconds, destination));
  }

  /** True when it has failed that destination before and has served nothing since. */
  public boolean failsAgain(long destination) {
    return doubted.has(destination);
  }

  /** No answer came within try-timeout. */
  public void silent() {
    meters.timeouts.add();
    meters.fault(FailureBlame.SILENT).add();
    int count = silences.incrementAndGet();
    backend.tell(owner -> owner.charges().onSilences(backend, count));
  }

  /** A request could not be delivered: refused, reset, unreachable. */
  void unreachable(String why) {
    meters.unreachable.add();
    meters.fault(FailureBlame.UNREACHABLE).add();
    backend.tell(owner -> owner.charges().onUnreachable(backend, why));
  }

  /** It was ejected: errors and silences so far are answered for; on the home loop. */
  public void ejected() {
    meters.ejections.add();
    charges.set(0);
    silences.set(0);
    failing.broken();
  }

  // ---- one that is out for what it answered, asked all the same ----

  /**
   * A request is about to go to it.
   *
   * @return true when it is a trial, which {@link #endTrial} is to end
   */
  public boolean beginTrial() {
    if (!backend.condition().out()) {
      return false;
    }
    trials.incrementAndGet();
    return true;
  }

  /** A trial was answered, or will not be. */
  public void endTrial() {
    trials.updateAndGet(now -> Math.max(0, now - 1));
  }

  /** How many trials wait for an answer. */
  int trials() {
    return trials.get();
  }

  /** It is out from now on, or no longer. */
  void noTrials() {
    trials.set(0);
  }

  // ---- for the judgement, on the home loop ----

  /** Failures that nobody else was asked about, since something was served. */
  FailureStreak failing() {
    return failing;
  }

  /** Refusals for lack of room, since anything else was answered. */
  FailureStreak full() {
    return full;
  }

  FailureShare share() {
    return share;
  }

  long finals() {
    return meters.finals();
  }

  long failures() {
    return failures.sum();
  }

  BackendMeters meters() {
    return meters;
  }
}

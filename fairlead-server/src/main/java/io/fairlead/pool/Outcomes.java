// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.observe.Blame;
import io.fairlead.pool.blame.Asker;
import io.fairlead.pool.blame.Doubted;
import io.fairlead.pool.blame.Reply;
import io.fairlead.pool.blame.Run;
import io.fairlead.pool.health.CheckResult;
import io.fairlead.pool.health.Condition;
import io.fairlead.pool.health.Ewma;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What requests to one backend came to: counted, and told to its pool where something follows. That
 * a request failed is no evidence against the backend yet: {@link #charged} says so, or a run of
 * failures that the other backends do not have. Reports come from any loop. Shared: see
 * docs/ownership.md.
 */
public final class Outcomes {
  private final Backend backend;
  private final BackendMeters meters;
  private final Ewma latency = new Ewma();
  private final AtomicInteger charges = new AtomicInteger();
  private final AtomicInteger silences = new AtomicInteger();
  private final AtomicInteger trials = new AtomicInteger();
  private final LongAdder failures = new LongAdder();
  private final Run failing = new Run();
  private final Run full = new Run();
  private final Doubted doubted = new Doubted();
  private final Share share = new Share(this);
  private volatile boolean busy;
  private volatile boolean overloaded;

  Outcomes(Backend backend, BackendMeters meters) {
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
  public void answer(int status, Reply reply, boolean first, long elapsedNs) {
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
  public void well(Reply reply, Asker asker, long startedNs) {
    full.broken();
    Condition condition = backend.condition();
    boolean enough = reply == Reply.SERVED || reply == Reply.RINGING && busy || overloaded;
    if (enough && condition.outSince(startedNs)) {
      backend.tell(owner -> condition.onServed(startedNs));
    }
    if (reply == Reply.SERVED) {
      served(asker);
    }
  }

  private void served(Asker asker) {
    failing.broken();
    doubted.clear();
    if (charges.getOpaque() != 0) {
      charges.set(0);
    }
    if (busy) {
      busy = false;
      backend.tell(owner -> backend.condition().onNotBusy());
    }
    Charges doubts = backend.doubts();
    if (doubts != null && doubts.anySuspect()) {
      long destination = asker.destination();
      if (doubts.isSuspect(destination)) {
        backend.tell(owner -> owner.charges().onServedBy(backend, destination));
      }
    }
  }

  /** It was a failure, whoever's. */
  public void failed(Reply reply, long destination) {
    if (backend.condition().out()) {
      backend.tell(owner -> backend.condition().onRefusedAgain());
    }
    if (reply.busy()) {
      backend.tell(owner -> owner.charges().onRefused(backend, reply, destination));
    }
  }

  // ---- whose fault it was ----

  /** Another backend did better with a request that failed here. */
  public void charged(Reply reply, int retryAfterSeconds, long destination) {
    meters.fault(Blame.BETTER_ELSEWHERE).add();
    int more = doubted.confirm(destination) ? 2 : 1;
    int count = reply.busy() ? 0 : charges.addAndGet(more);
    busy(reply);
    backend.tell(owner -> owner.charges().onCharged(backend, reply, retryAfterSeconds, count));
  }

  /** Marks that it is set aside for lack of room. */
  void busy(Reply reply) {
    if (reply.busy()) {
      busy = true;
    }
    overloaded = reply == Reply.OVERLOAD;
  }

  /** All that were asked have failed the request. */
  public void absolved(long destination) {
    doubted.remove(destination);
    meters.fault(Blame.FAILED_EVERYWHERE).add();
  }

  /** Nobody else was asked. */
  public void suspected(Reply reply, int retryAfterSeconds, long destination) {
    meters.fault(Blame.NOT_COMPARED).add();
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
    meters.fault(Blame.SILENT).add();
    int count = silences.incrementAndGet();
    backend.tell(owner -> owner.charges().onSilences(backend, count));
  }

  /** A request could not be delivered: refused, reset, unreachable. */
  void unreachable(String why) {
    meters.unreachable.add();
    meters.fault(Blame.UNREACHABLE).add();
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
  Run failing() {
    return failing;
  }

  /** Refusals for lack of room, since anything else was answered. */
  Run full() {
    return full;
  }

  Share share() {
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

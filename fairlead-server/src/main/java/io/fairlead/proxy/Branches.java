// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.dialog.filter.CallMessage;
import io.fairlead.dialog.filter.Party;
import io.fairlead.pool.Backend;
import io.fairlead.pool.blame.FailoverComparison;
import io.fairlead.pool.blame.ResponseVerdict;
import io.fairlead.sip.SipResponse;
import io.fairlead.transport.Flow;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The branches of one request, in the order in which they were begun (RFC 3261 §16.7).
 *
 * <p>Owned by one loop.
 */
final class Branches implements Iterable<ProxyBranch> {
  private final List<ProxyBranch> all = new ArrayList<>(1);

  void add(ProxyBranch begun) {
    all.add(begun);
  }

  /** It could not be begun after all. */
  void remove(ProxyBranch unsent) {
    all.remove(unsent);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** The one begun last. */
  ProxyBranch last() {
    return all.getLast();
  }

  @Override
  public Iterator<ProxyBranch> iterator() {
    return all.iterator();
  }

  /** Those there are now; others may be begun meanwhile. */
  List<ProxyBranch> copy() {
    return List.copyOf(all);
  }

  /** What they still bring is told to another context. */
  void handTo(ResponseContext next) {
    for (ProxyBranch attempt : all) {
      attempt.tells(next);
      next.attempts.add(attempt);
    }
  }

  /** True while the outcome of one may decide the response. */
  boolean anyPending() {
    for (ProxyBranch attempt : all) {
      if (attempt.pending()) {
        return true;
      }
    }
    return false;
  }

  /** Asks all others to stop. */
  void cancelOthers(@Nullable ProxyBranch winner) {
    for (ProxyBranch attempt : all) {
      if (attempt != winner) {
        attempt.cancel();
      }
    }
  }

  /**
   * Where nothing has come back no CANCEL may go (§9.1) and none is answered: such a branch has no
   * say in what the caller hears.
   */
  void dropSilent() {
    for (ProxyBranch attempt : all) {
      if (attempt.silent()) {
        attempt.giveUp();
      }
    }
  }

  /**
   * When those that have said nothing will have been silent for that long, all of them.
   *
   * @return -1 when another is ringing
   */
  long silentUntilNs(long silenceNs, long nowNs) {
    long until = nowNs;
    for (ProxyBranch attempt : all) {
      if (attempt.state() == ProxyBranch.State.PROCEEDING) {
        return -1;
      }
      if (attempt.silent()) {
        until = Math.max(until, attempt.startedNs() + silenceNs);
      }
    }
    return until;
  }

  /** A failure that stands for all of them, for the filters of the call. */
  CallMessage failure(SipResponse kept, Flow upstream) {
    Flow from = isEmpty() ? upstream : last().out();
    return new CallMessage(kept, Party.CALLEE, 0, from, upstream).kept();
  }

  /** Begins to compare what the backends say. */
  FailoverComparison compare(long destination) {
    FailoverComparison begun = new FailoverComparison(destination);
    for (ProxyBranch attempt : all) {
      Backend asked = attempt.backend();
      ResponseVerdict last = attempt.last();
      if (asked != null && last != null) {
        begun.answered(asked, last);
      }
    }
    return begun;
  }
}

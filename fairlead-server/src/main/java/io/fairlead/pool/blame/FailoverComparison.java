// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.blame;

import io.fairlead.observe.FailureBlame;
import io.fairlead.pool.Backend;
import io.fairlead.pool.RequestOutcomes;
import io.fairlead.sip.SipResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The backends that had one request, compared. A failure is held back until another backend does
 * better with the same request: then it is the fault of the one that failed. When all that were
 * asked have failed it is the call's, and when only one was asked nobody knows yet.
 *
 * <p>Made at the first failure. Owned by one loop.
 */
public final class FailoverComparison {
  /**
   * A failure nobody is blamed for yet. Immutable.
   *
   * @param rang whether the destination had rung before
   * @param retryAfterSeconds what it says of when it has room, 0 for nothing
   */
  private record Held(
      Backend backend, ResponseVerdict reply, boolean rang, int retryAfterSeconds) {}

  private final long destination;
  private final List<Held> held = new ArrayList<>(2);
  private @Nullable Backend served;
  private @Nullable Backend rings;
  private @Nullable Backend tookUp;
  private boolean charged;
  private boolean ended;

  /** Of the backends that get a request to this destination. */
  public FailoverComparison(long destination) {
    this.destination = destination;
  }

  long destination() {
    return destination;
  }

  void failed(Backend backend, SipResponse response, ResponseVerdict reply, boolean rang) {
    Held failure = new Held(backend, reply, rang, RetryAfter.seconds(response));
    if (beaten(failure)) {
      charge(failure);
    } else if (!ended) {
      held.add(failure);
    }
  }

  /** A backend gave this, which is no failure. */
  public void answered(Backend backend, ResponseVerdict reply) {
    switch (reply) {
      case SERVED -> served = backend;
      case RINGING -> rings = backend;
      case TRYING, NEITHER -> tookUp = backend;
      case OVERLOAD, REFUSED, FAILED -> {
        return;
      }
    }
    for (int i = held.size() - 1; i >= 0; i--) {
      if (beaten(held.get(i))) {
        charge(held.remove(i));
      }
    }
  }

  // One that has no room refuses before it does anything, so that another takes the request up is
  // better already.
  private boolean beaten(Held failure) {
    return other(served, failure)
        || other(rings, failure) && !failure.rang()
        || other(tookUp, failure) && failure.reply() == ResponseVerdict.OVERLOAD;
  }

  private static boolean other(@Nullable Backend backend, Held failure) {
    return backend != null && backend != failure.backend();
  }

  private void charge(Held failure) {
    charged = true;
    RequestOutcomes its = failure.backend().outcomes();
    its.charged(failure.reply(), failure.retryAfterSeconds(), destination);
  }

  /** The request is answered. What comes later charges at most one whom another has beaten. */
  public FailureBlame end() {
    if (ended) {
      return FailureBlame.NONE;
    }
    ended = true;
    boolean everywhere = held.size() > 1;
    for (Held failure : held) {
      if (everywhere) {
        failure.backend().outcomes().absolved(destination);
      } else {
        RequestOutcomes its = failure.backend().outcomes();
        its.suspected(failure.reply(), failure.retryAfterSeconds(), destination);
      }
    }
    if (charged) {
      return FailureBlame.BETTER_ELSEWHERE;
    }
    if (held.isEmpty()) {
      return FailureBlame.NONE;
    }
    return everywhere ? FailureBlame.FAILED_EVERYWHERE : FailureBlame.NOT_COMPARED;
  }
}

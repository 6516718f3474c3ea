// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.blame;

import io.fairlead.observe.FailureBlame;
import io.fairlead.pool.Backend;
import io.fairlead.pool.RequestOutcomes;
import io.fairlead.sip.SipResponse;
import org.jspecify.annotations.Nullable;

/**
 * One request that is with one backend. Whatever comes back, or that nothing does, reaches the
 * backend's {@link RequestOutcomes} and the request's {@link FailoverComparison} through here and
 * by no other way.
 *
 * <p>Owned by one loop.
 */
public abstract class BackendRequest {
  private final BackendRequestOwner asker;
  private final @Nullable Backend backend;
  private final long startedNs;
  private @Nullable ResponseVerdict last;
  private boolean trial;

  /**
   * It begins.
   *
   * @param backend null when something else than a backend is asked: then nothing is told
   */
  protected BackendRequest(BackendRequestOwner asker, @Nullable Backend backend, long startedNs) {
    this.asker = asker;
    this.backend = backend;
    this.startedNs = startedNs;
    this.trial = backend != null && backend.outcomes().beginTrial();
  }

  /** Whom. */
  public final @Nullable Backend backend() {
    return backend;
  }

  /** When it began. */
  public final long startedNs() {
    return startedNs;
  }

  /** How far it has come; null as long as it has said nothing. */
  public final @Nullable ResponseVerdict last() {
    return last;
  }

  /** True when it has said something. */
  protected final boolean heard() {
    return last != null;
  }

  /** This came. */
  protected final void tell(SipResponse response) {
    Backend asked = backend;
    if (asked == null) {
      return;
    }
    over();
    ResponseVerdict before = last;
    RequestOutcomes outcomes = asked.outcomes();
    ResponseVerdict reply = ResponseVerdict.of(response, before);
    // What has rung has rung, whatever announcement follows.
    last = before == ResponseVerdict.RINGING && reply == ResponseVerdict.TRYING ? before : reply;
    outcomes.answer(response.status(), reply, before == null, asker.nowNs() - startedNs);
    if (reply.failure()) {
      FailoverComparison comparison = asker.comparison();
      comparison = comparison == null ? asker.compare() : comparison;
      outcomes.failed(reply, comparison.destination());
      comparison.failed(asked, response, reply, before == ResponseVerdict.RINGING);
      return;
    }
    outcomes.well(reply, asker, startedNs);
    FailoverComparison comparison = asker.comparison();
    if (comparison != null) {
      comparison.answered(asked, reply);
    }
  }

  /** Nothing came in time. */
  protected final void tellSilent() {
    if (backend != null) {
      over();
      backend.outcomes().silent();
      asker.record().blame(FailureBlame.SILENT);
    }
  }

  /** The request could not be delivered. */
  protected final void tellUnreachable(String why) {
    if (backend != null) {
      over();
      backend.unreachable(why);
      asker.record().blame(FailureBlame.UNREACHABLE);
    }
  }

  /** Its first answer has come, or none will. */
  protected final void over() {
    if (trial && backend != null) {
      trial = false;
      backend.outcomes().endTrial();
    }
  }
}

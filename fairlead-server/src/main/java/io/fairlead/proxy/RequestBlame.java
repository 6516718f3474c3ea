// SPDX-License-Identifier: Apache-2.0
package io.fairlead.proxy;

import io.fairlead.observe.CallRecord;
import io.fairlead.pool.HashKey;
import io.fairlead.pool.blame.BackendRequestOwner;
import io.fairlead.pool.blame.FailoverComparison;
import io.fairlead.transaction.ServerTransaction;
import org.jspecify.annotations.Nullable;

/**
 * How the backends fare that one request is tried at: whose fault a failure was.
 *
 * <p>Owned by one loop.
 */
final class RequestBlame implements BackendRequestOwner {
  private final ProxyTools tools;
  private final ServerTransaction upstream;
  private final CallRecord record;
  private final Branches branches;
  private @Nullable FailoverComparison comparison;
  private boolean over;

  RequestBlame(ProxyTools tools, ServerTransaction upstream, CallRecord record, Branches branches) {
    this.tools = tools;
    this.upstream = upstream;
    this.record = record;
    this.branches = branches;
  }

  /** The request has its answer. */
  void end() {
    over = true;
    if (comparison != null) {
      record.blame(comparison.end());
    }
  }

  @Override
  public long destination() {
    return over ? 0 : HashKey.destination(upstream.request());
  }

  @Override
  public long nowNs() {
    return tools.nowNs();
  }

  @Override
  public CallRecord record() {
    return record;
  }

  @Override
  public @Nullable FailoverComparison comparison() {
    return comparison;
  }

  @Override
  public FailoverComparison compare() {
    FailoverComparison begun = branches.compare(destination());
    comparison = begun;
    return begun;
  }
}

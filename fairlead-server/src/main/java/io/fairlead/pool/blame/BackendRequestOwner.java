// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.blame;

import io.fairlead.observe.CallRecord;
import io.fairlead.pool.HashKey;
import org.jspecify.annotations.Nullable;

/**
 * Whoever has one request answered by one backend or by several; what {@link BackendRequest} needs
 * of it.
 */
public interface BackendRequestOwner {
  /** {@link HashKey#destination} of the request; 0 when it is answered and gone. */
  long destination();

  /** The time now, of its loop. */
  long nowNs();

  /** What the log will say of it. */
  CallRecord record();

  /** The comparison of the backends that had the request; null as long as none has failed it. */
  @Nullable FailoverComparison comparison();

  /** Begins {@link #comparison} at the first failure. */
  FailoverComparison compare();
}

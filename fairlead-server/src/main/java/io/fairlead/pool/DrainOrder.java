// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool;

import io.fairlead.config.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a backend is to be drained. Immutable.
 *
 * @param deadline when it is to be over, counted from the order; null for no end
 * @param then what becomes of it when the last call has ended or the deadline has come
 * @param calls what becomes of calls that live at the deadline
 */
public record DrainOrder(@Nullable Duration deadline, Then then, Rest calls) {
  /** What follows. */
  public enum Then {
    /** It is logged and counted; the backend goes on draining. */
    NOTIFY,
    /** It is logged and counted, and the backend is put into maintenance. */
    MAINTENANCE
  }

  /** What becomes of calls that live at the deadline. */
  public enum Rest {
    /** They go on. */
    LEAVE,
    /** The backend is told to end them. */
    BYE
  }

  /** Without an end. */
  public static final DrainOrder PLAIN = new DrainOrder(null, Then.NOTIFY, Rest.LEAVE);

  /** The reason that is shown for the backend's state. */
  String text() {
    Duration within = deadline;
    return "drained by order" + (within == null ? "" : ", within " + Durations.text(within));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

/** A call record in words, without times, for tests. Immutable. */
public final class RecordText {
  private RecordText() {}

  /** Whose fault a failure was, and what shows it. */
  public static FailureBlame blame(CallRecord r) {
    return r.blame;
  }

  /** Route, pool, backend, tries, status, flag, and who ended it. */
  public static String of(CallRecord r) {
    return r.method
        + " route="
        + r.route
        + " pool="
        + r.pool
        + " backend="
        + r.backend
        + " tries="
        + r.tries
        + " status="
        + r.status
        + " flag="
        + r.cause.flag()
        + " ended="
        + (r.endedBy == null ? "-" : r.endedBy.text);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import java.nio.charset.StandardCharsets;

/** A call record in words, without times, for tests. Immutable. */
public final class RecordText {
  private RecordText() {}

  /** Whose fault a failure was, and what shows it. */
  public static FailureBlame blame(CallRecord r) {
    return r.blame;
  }

  /** The rule of the guard that refused it; empty for none. */
  public static String rule(CallRecord r) {
    return r.rule == null ? "" : r.rule;
  }

  /** What the log says of the media; empty for nothing. */
  public static String media(CallRecord r) {
    LogLine line = new LogLine();
    line.start(false);
    MediaRecord media = r.media;
    if (media != null) {
      media.write(line);
    }
    return new String(line.bytes(), 0, line.length(), StandardCharsets.UTF_8);
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

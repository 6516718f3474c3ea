// SPDX-License-Identifier: Apache-2.0
package io.fairlead.pool.freeswitch;

import io.fairlead.esl.EslEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads heartbeats, and learns how often they come: a header says so in some versions, else the
 * time between two does.
 *
 * <p>Owned by one loop, the pool's home.
 */
final class HeartbeatReader {
  /** FreeSWITCH's event-heartbeat-interval when none is set. */
  private static final long USUAL_NS = Duration.ofSeconds(20).toNanos();

  private static final long SHORTEST_S = 1;
  private static final long LONGEST_S = 600;
  private static final int UNKNOWN = -1;

  private long intervalNs = USUAL_NS;
  private long stampMicros;

  /** How long after a heartbeat the next one is overdue: two and a half intervals. */
  long deadlineNs() {
    return intervalNs / 2 * 5;
  }

  /** The time to the next heartbeat will not be an interval. */
  void cut() {
    stampMicros = 0;
  }

  /**
   * The figures of a heartbeat.
   *
   * @param live our own live calls there now
   */
  HeartbeatFigures read(EslEvent beat, long nowNs, int live) {
    measure(beat);
    return new HeartbeatFigures(
        text(beat, "FreeSWITCH-Switchname"),
        text(beat, "Core-UUID"),
        text(beat, "FreeSWITCH-Version"),
        count(beat, "Session-Count", 0),
        count(beat, "Max-Sessions", 0),
        count(beat, "Session-Per-Sec", UNKNOWN),
        count(beat, "Session-Per-Sec-Last", 0),
        share(beat.header("Idle-CPU")),
        intervalNs,
        nowNs,
        live,
        false);
  }

  private void measure(EslEvent beat) {
    long stamp = beat.number("Event-Date-Timestamp", 0);
    long announced = beat.number("Heartbeat-Interval", 0);
    if (announced > 0) {
      interval(announced);
    } else if (stampMicros > 0 && stamp > stampMicros) {
      interval((stamp - stampMicros + 500_000) / 1_000_000);
    }
    stampMicros = stamp;
  }

  // It is set in whole seconds.
  private void interval(long seconds) {
    intervalNs = Duration.ofSeconds(Math.clamp(seconds, SHORTEST_S, LONGEST_S)).toNanos();
  }

  private static String text(EslEvent beat, String name) {
    String value = beat.header(name);
    return value == null ? "" : value;
  }

  private static int count(EslEvent beat, String name, int otherwise) {
    return Math.clamp(beat.number(name, otherwise), UNKNOWN, Integer.MAX_VALUE);
  }

  // What is not said or no number counts as idle: nothing speaks against it.
  private static double share(@Nullable String percent) {
    if (percent == null || !percent.matches("[0-9]{1,3}(\\.[0-9]{1,12})?")) {
      return 100;
    }
    return Math.min(100, Double.parseDouble(percent));
  }
}

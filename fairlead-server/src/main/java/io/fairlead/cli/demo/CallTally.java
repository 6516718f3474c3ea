// SPDX-License-Identifier: Apache-2.0
package io.fairlead.cli.demo;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The caller's count of its calls, in all and by server. Written by the caller, read by the
 * display; guarded by itself.
 */
final class CallTally {
  private static final int KEPT = 400;

  /**
   * One server as the caller saw it.
   *
   * @param answered calls it answered
   * @param living calls it is talking in now
   * @param lost calls that ended with it when it was killed
   * @param failed calls it failed
   * @param p50Ms median of the latest set-up times
   * @param p95Ms what 95 of 100 did not exceed
   */
  record Row(long answered, long living, long lost, long failed, long p50Ms, long p95Ms) {}

  /**
   * All calls.
   *
   * @param placed begun
   * @param answered of these, answered
   * @param failed of these, refused or never answered
   * @param lost of these, ended with a killed server while ringing or talking
   * @param unfinished given up by the caller because the demo ended
   * @param p50Ms median of the latest set-up times
   * @param p95Ms what 95 of 100 did not exceed
   * @param reasons what failed, with counts
   */
  record Total(
      long placed,
      long answered,
      long failed,
      long lost,
      long unfinished,
      long p50Ms,
      long p95Ms,
      Map<String, Long> reasons) {}

  private static final class Count {
    long answered;
    long living;
    long lost;
    long failed;
    final Latest setup = new Latest();
  }

  /** The latest set-up times. */
  private static final class Latest {
    private final long[] ms = new long[KEPT];
    private long count;

    void add(long time) {
      ms[(int) (count++ % KEPT)] = time;
    }

    long percentile(int percent) {
      int kept = (int) Math.min(count, KEPT);
      if (kept == 0) {
        return 0;
      }
      long[] sorted = Arrays.copyOf(ms, kept);
      Arrays.sort(sorted);
      return sorted[Math.min(kept - 1, kept * percent / 100)];
    }
  }

  private final Map<String, Count> servers = new LinkedHashMap<>();
  private final Map<String, Long> reasons = new TreeMap<>();
  private final Latest setup = new Latest();
  private long placed;
  private long answered;
  private long failed;
  private long lost;
  private long unfinished;

  synchronized void placed() {
    placed++;
  }

  synchronized void answered(String server, long setupMs) {
    answered++;
    setup.add(setupMs);
    Count count = of(server);
    count.answered++;
    count.living++;
    count.setup.add(setupMs);
  }

  synchronized void ended(String server) {
    of(server).living--;
  }

  synchronized void lost(String server) {
    lost++;
    of(server).lost++;
  }

  /** A call that should have worked and did not; the server is empty when none was reached. */
  synchronized void failed(String server, String reason) {
    failed++;
    reasons.merge(reason, 1L, Long::sum);
    if (!server.isEmpty()) {
      of(server).failed++;
    }
  }

  synchronized void unfinished() {
    unfinished++;
  }

  synchronized Row row(String server) {
    Count count = of(server);
    return new Row(
        count.answered,
        count.living,
        count.lost,
        count.failed,
        count.setup.percentile(50),
        count.setup.percentile(95));
  }

  synchronized Total total() {
    return new Total(
        placed,
        answered,
        failed,
        lost,
        unfinished,
        setup.percentile(50),
        setup.percentile(95),
        new TreeMap<>(reasons));
  }

  private Count of(String server) {
    return servers.computeIfAbsent(server, name -> new Count());
  }
}

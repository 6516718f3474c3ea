// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.ng;

import io.fairlead.media.MediaReport;
import io.fairlead.media.MediaReport.Quality;
import io.fairlead.media.MediaReport.Stream;
import io.fairlead.media.ng.NgCall.Ended;
import io.fairlead.media.ng.NgValue.NgDictionary;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What the command {@code statistics} tells, under rtpengine's names for it.
 *
 * <p>Owned by one loop.
 */
final class NgServerTotals {
  private final long sinceNs;
  private final Map<Ended, Long> endings = new EnumMap<>(Ended.class);
  private long began;
  private long packets;
  private long bytes;
  private long errors;

  NgServerTotals(long nowNs) {
    this.sinceNs = nowNs;
  }

  void began() {
    began++;
  }

  void ended(Ended why, MediaReport report) {
    endings.merge(why, 1L, Long::sum);
    for (Stream stream : report.streams()) {
      for (Quality quality : List.of(stream.fromCaller(), stream.fromCallee())) {
        packets += quality.packets();
        bytes += quality.bytes();
        errors += quality.dropped();
      }
    }
  }

  /** The answer. */
  NgDictionary statistics(int calls, long nowNs) {
    NgDictionary current =
        new NgDictionary()
            .put("sessionsown", calls)
            .put("sessionsforeign", 0)
            .put("sessionstotal", calls);
    NgDictionary total =
        new NgDictionary()
            .put("uptime", Long.toString((nowNs - sinceNs) / 1_000_000_000L))
            .put("managedsessions", began)
            .put("rejectedsessions", count(Ended.REFUSED))
            .put("timeoutsessions", count(Ended.SILENT))
            .put("offertimeoutsessions", count(Ended.UNANSWERED))
            .put("regularterminatedsessions", count(Ended.DELETED))
            .put("relayedpackets", packets)
            .put("relayedpacketerrors", errors)
            .put("relayedbytes", bytes);
    return new NgDictionary()
        .put(
            "statistics",
            new NgDictionary().put("currentstatistics", current).put("totalstatistics", total))
        .put("result", "ok");
  }

  private long count(Ended why) {
    return endings.getOrDefault(why, 0L);
  }
}

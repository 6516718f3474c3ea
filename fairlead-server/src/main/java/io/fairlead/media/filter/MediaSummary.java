// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.filter;

import io.fairlead.media.MediaReport;
import io.fairlead.observe.CallRecord;
import io.fairlead.observe.MediaRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be said of a call's media when it is over: collected along the way, and from the
 * engines' reports.
 *
 * <p>Owned by one loop.
 */
final class MediaSummary {
  private static final String AUDIO = "audio";

  /** One second of usual packets: fewer may be a beginning, and are not called one-way. */
  private static final int ONE_WAY_PACKETS = 50;

  private final MediaCallMeters meters;
  private final @Nullable CallRecord record;
  private final List<MediaReport.Stream> streams = new ArrayList<>(1);
  private String engine = "";
  private @Nullable String why;
  private @Nullable String silent;
  private boolean relayed;
  private boolean closed;
  private int awaited;
  private int reanchored;

  /**
   * @param record of the call; null when another node began it
   */
  MediaSummary(MediaCallMeters meters, @Nullable CallRecord record) {
    this.meters = meters;
    this.record = record;
  }

  /** A description passed as it was; the first reason counts. */
  void untouched(String reason) {
    why = why == null ? reason : why;
  }

  /** An engine has changed a description. */
  void relayed() {
    relayed = true;
  }

  /** The call was brought to another engine. */
  void reanchored() {
    reanchored++;
  }

  /** A side was silent. True the first time. */
  boolean silent(String who) {
    boolean first = silent == null;
    silent = who;
    return first;
  }

  /** {@link #onReport} follows, at once or later. */
  void awaitReport() {
    if (awaited++ == 0 && record != null) {
      record.awaitMedia();
    }
  }

  /** An engine's last word. */
  void onReport(MediaReport report) {
    engine = report.engine().isEmpty() ? engine : report.engine();
    for (int i = 0; i < report.streams().size(); i++) {
      add(i, report.streams().get(i));
    }
    awaited--;
    finish();
  }

  // One that went on at another engine is one m= line still.
  private void add(int line, MediaReport.Stream more) {
    if (line < streams.size() && streams.get(line).kind().equals(more.kind())) {
      streams.set(line, streams.get(line).and(more));
    } else {
      streams.add(more);
    }
  }

  /** No more is awaited than is by now. */
  void close() {
    closed = true;
    finish();
  }

  private void finish() {
    CallRecord log = record;
    if (awaited > 0) {
      return;
    }
    if (!closed) {
      if (log != null) {
        log.mediaKnown();
      }
      return;
    }
    MediaRecord media = relayed ? relayedRecord() : MediaRecord.untouched(why == null ? "" : why);
    boolean failed = log != null && (log.status() < 200 || log.status() >= 300);
    meters.onEnd(outcome(failed, log), new MediaReport(engine, streams), media);
    if (log != null) {
      if (relayed || why != null) {
        log.media(media);
      }
      log.mediaKnown();
    }
  }

  private MediaCallMeters.Outcome outcome(boolean failed, @Nullable CallRecord log) {
    if (failed && log != null && MediaCallMeters.isOfMedia(log.cause())) {
      return MediaCallMeters.Outcome.REFUSED;
    }
    return relayed ? MediaCallMeters.Outcome.RELAYED : MediaCallMeters.Outcome.UNTOUCHED;
  }

  private MediaRecord relayedRecord() {
    MediaReport.Stream main = null;
    boolean kernel = false;
    long caller = 0;
    long callee = 0;
    for (MediaReport.Stream each : streams) {
      boolean better = main == null || !main.kind().equals(AUDIO) && each.kind().equals(AUDIO);
      main = better ? each : main;
      kernel |= each.kernel();
      caller += each.fromCaller().packets();
      callee += each.fromCallee().packets();
    }
    String oneWay =
        callee == 0 && caller >= ONE_WAY_PACKETS
            ? "caller"
            : caller == 0 && callee >= ONE_WAY_PACKETS ? "callee" : null;
    boolean answered = record == null || record.status() >= 200 && record.status() < 300;
    return new MediaRecord(
        engine,
        null,
        main == null ? "" : main.codec(),
        streams.size(),
        kernel,
        direction(main == null ? null : main.fromCaller()),
        direction(main == null ? null : main.fromCallee()),
        answered ? oneWay : null,
        silent,
        main == null ? "" : main.callerSrtp(),
        main == null ? "" : main.calleeSrtp(),
        reanchored);
  }

  private static MediaRecord.@Nullable Direction direction(MediaReport.@Nullable Quality quality) {
    return quality == null
        ? null
        : new MediaRecord.Direction(
            quality.packets(),
            quality.lost(),
            quality.jitterUs(),
            quality.rttUs(),
            (int) Math.round(quality.mos() * 10),
            quality.dropped());
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.filter;

import io.fairlead.media.MediaReport;
import io.fairlead.observe.Counter;
import io.fairlead.observe.MediaRecord;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.observe.RefusalCause;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts what becomes of the media of calls. Shared: see docs/ownership.md. */
final class MediaCallMeters {
  /** What became of it. */
  enum Outcome {
    /** An engine relayed it. */
    RELAYED,
    /** Nothing of it could or had to be relayed. */
    UNTOUCHED,
    /** The call was refused since its media could not be relayed. */
    REFUSED
  }

  /** What became of a call whose engine was lost. */
  enum Reanchored {
    /** Our re-INVITEs have brought it to another engine. */
    AGREED,
    /** An offer of a party has. */
    BY_PARTY,
    /** A party, or all engines, refused. */
    REFUSED,
    /** A party did not answer. */
    UNANSWERED,
    /** Its parties were negotiating all the time. */
    BUSY,
    /** It ended meanwhile. */
    CALL_OVER
  }

  /** How people would judge a direction (ITU-T G.107, Annex B), by its lowest score. */
  enum Satisfaction {
    VERY_SATISFIED(4.3),
    SATISFIED(4.0),
    SOME_DISSATISFIED(3.6),
    MANY_DISSATISFIED(3.1),
    NEARLY_ALL_DISSATISFIED(0);

    private final double from;

    Satisfaction(double from) {
      this.from = from;
    }

    static Satisfaction of(double mos) {
      for (Satisfaction each : values()) {
        if (mos >= each.from) {
          return each;
        }
      }
      return NEARLY_ALL_DISSATISFIED;
    }
  }

  private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);
  private final Map<Satisfaction, Counter> quality = new EnumMap<>(Satisfaction.class);
  private final Map<Reanchored, Counter> reanchored = new EnumMap<>(Reanchored.class);
  private final Counter oneWay;
  private final Counter silent;
  // A reading from another thread may be old.
  private int live;

  MediaCallMeters(Meters meters, int loop) {
    for (Outcome each : Outcome.values()) {
      outcomes.put(each, meters.counter(Meter.MEDIA_CALLS, label(each)));
    }
    for (Satisfaction each : Satisfaction.values()) {
      quality.put(each, meters.counter(Meter.MEDIA_QUALITY, label(each)));
    }
    for (Reanchored each : Reanchored.values()) {
      reanchored.put(each, meters.counter(Meter.MEDIA_REANCHORED, label(each)));
    }
    oneWay = meters.counter(Meter.MEDIA_ONE_WAY);
    silent = meters.counter(Meter.MEDIA_SILENCES);
    meters.gauge(Meter.MEDIA_ANCHORED, () -> live, Integer.toString(loop));
  }

  /** True for what says that media could not be relayed. */
  static boolean isOfMedia(RefusalCause cause) {
    return switch (cause) {
      case NO_MEDIA_PORTS, NO_MEDIA_ENGINE, MEDIA_ENGINE_LOST, TOO_MANY_STREAMS, SRTP_REFUSED ->
          true;
      default -> false;
    };
  }

  private static String label(Enum<?> each) {
    return each.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** So many calls more have an engine. */
  void live(int more) {
    live += more;
  }

  void onSilence() {
    silent.add();
  }

  /** A call whose engine was lost has another one, or has none for good. */
  void reanchored(Reanchored outcome) {
    add(reanchored.get(outcome));
  }

  /** A call is over. */
  void onEnd(Outcome outcome, MediaReport report, MediaRecord record) {
    add(outcomes.get(outcome));
    if (record.oneWay() != null) {
      oneWay.add();
    }
    for (MediaReport.Stream stream : report.streams()) {
      judge(stream.fromCaller());
      judge(stream.fromCallee());
    }
  }

  private void judge(MediaReport.Quality direction) {
    if (direction.mos() > 0) {
      add(quality.get(Satisfaction.of(direction.mos())));
    }
  }

  private static void add(@Nullable Counter counter) {
    if (counter != null) {
      counter.add();
    }
  }
}

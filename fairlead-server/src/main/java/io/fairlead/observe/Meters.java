// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Hands out the counters behind the meters. Labels are resolved once, when a room is built, never
 * on the message path. Shared: see docs/ownership.md.
 */
public final class Meters {
  /**
   * One series.
   *
   * @param meter which meter
   * @param labels the values of its labels, in order
   */
  public record Series(Meter meter, List<String> labels) {}

  private final Map<Series, Counter> counters = new ConcurrentHashMap<>();
  private final Map<Series, Histogram> histograms = new ConcurrentHashMap<>();
  private final Map<Series, LongSupplier> gauges = new ConcurrentHashMap<>();

  /** The counter of a series; the same one for the same labels, also after a reload. */
  public Counter counter(Meter meter, String... labels) {
    return counters.computeIfAbsent(series(meter, Meter.Kind.COUNTER, labels), s -> new Counter());
  }

  /** The histogram of a series. */
  public Histogram histogram(Meter meter, String... labels) {
    return histograms.computeIfAbsent(
        series(meter, Meter.Kind.HISTOGRAM, labels), s -> new Histogram());
  }

  /**
   * Has the gauge read from the supplier, which any thread may call; replaces an earlier one. A
   * meter whose name ends in {@code _ratio} or {@code _seconds} is given in thousandths.
   */
  public void gauge(Meter meter, LongSupplier value, String... labels) {
    gauges.put(series(meter, Meter.Kind.GAUGE, labels), value);
  }

  /** Forgets a gauge whose subject is gone. */
  public void remove(Meter meter, String... labels) {
    gauges.remove(series(meter, Meter.Kind.GAUGE, labels));
  }

  /** The counts by meter and label values. */
  Map<Meter, Map<List<String>, Long>> counters() {
    return byMeter(counters, Counter::value);
  }

  /** The histograms by meter and label values. */
  Map<Meter, Map<List<String>, Histogram>> histograms() {
    return byMeter(histograms, histogram -> histogram);
  }

  /** The gauges' values by meter and label values. */
  Map<Meter, Map<List<String>, Long>> gauges() {
    return byMeter(gauges, LongSupplier::getAsLong);
  }

  private static <V, T> Map<Meter, Map<List<String>, T>> byMeter(
      Map<Series, V> all, Function<V, T> read) {
    Map<Meter, Map<List<String>, T>> found = new EnumMap<>(Meter.class);
    all.forEach((series, value) ->
        found
            .computeIfAbsent(series.meter(), meter -> new LinkedHashMap<>())
            .put(series.labels(), read.apply(value)));
    return found;
  }

  private static Series series(Meter meter, Meter.Kind kind, String... labels) {
    if (meter.kind() != kind || meter.labels().size() != labels.length) {
      throw new IllegalStateException(
          meter.text() + " is a " + meter.kind() + " with labels " + meter.labels());
    }
    return new Series(meter, List.of(labels));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Our counters as the Prometheus client wants to see them, read anew for every scrape. Immutable.
 */
final class PrometheusExposition implements MultiCollector {
  private static final String TOTAL = "_total";
  private static final double NS_PER_SECOND = 1e9;
  private static final double MS_PER_SECOND = 1e3;
  private static final double PER_MILLE = 1e3;

  private final Meters meters;

  PrometheusExposition(Meters meters) {
    this.meters = meters;
  }

  @Override
  public MetricSnapshots collect() {
    Map<Meter, MetricSnapshot> pages = new TreeMap<>();
    meters.counters().forEach((meter, series) -> pages.put(meter, counters(meter, series)));
    meters.gauges().forEach((meter, series) -> pages.put(meter, gauges(meter, series)));
    meters.histograms().forEach((meter, series) -> pages.put(meter, histograms(meter, series)));
    return new MetricSnapshots(pages.values());
  }

  private static MetricSnapshot counters(Meter meter, Map<List<String>, Long> series) {
    String name = meter.text().substring(0, meter.text().length() - TOTAL.length());
    var page = CounterSnapshot.builder().name(name).help(meter.help());
    series.forEach((values, count) ->
        page.dataPoint(
            CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(labels(meter, values))
                .value(count)
                .build()));
    return page.build();
  }

  private static MetricSnapshot gauges(Meter meter, Map<List<String>, Long> series) {
    var page = GaugeSnapshot.builder().name(meter.text()).help(meter.help());
    series.forEach((values, value) ->
        page.dataPoint(
            GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(labels(meter, values))
                .value(value / scale(meter))
                .build()));
    return page.build();
  }

  private static MetricSnapshot histograms(Meter meter, Map<List<String>, Histogram> series) {
    var page = HistogramSnapshot.builder().name(meter.text()).help(meter.help());
    series.forEach((values, histogram) ->
        page.dataPoint(
            HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .labels(labels(meter, values))
                .classicHistogramBuckets(buckets(histogram))
                .sum(histogram.sumNs() / NS_PER_SECOND)
                .build()));
    return page.build();
  }

  static ClassicHistogramBuckets buckets(Histogram histogram) {
    int[] bounds = Histogram.BOUNDS_MS;
    double[] seconds = new double[bounds.length + 1];
    for (int i = 0; i < bounds.length; i++) {
      seconds[i] = bounds[i] / MS_PER_SECOND;
    }
    seconds[bounds.length] = Double.POSITIVE_INFINITY;
    return ClassicHistogramBuckets.of(seconds, histogram.counts());
  }

  // Gauges are whole numbers inside: what is a fraction outside is kept in thousandths.
  private static double scale(Meter meter) {
    boolean fraction = meter.text().endsWith("_ratio") || meter.text().endsWith("_seconds");
    return fraction ? PER_MILLE : 1;
  }

  private static Labels labels(Meter meter, List<String> values) {
    return Labels.of(meter.labels(), values);
  }
}

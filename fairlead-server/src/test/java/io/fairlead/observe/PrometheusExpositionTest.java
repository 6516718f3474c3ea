// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PrometheusExpositionTest {
  /** Prometheus takes the suffixes of a kind off: two that differ in them alone break the page. */
  @Test
  void noTwoMetersHaveOneNameWithoutTheirSuffix() {
    assertThat(
            Arrays.stream(Meter.values())
                .map(each -> each.text().replaceFirst("_(total|created|bucket|count|sum)$", "")))
        .doesNotHaveDuplicates();
  }

  @Test
  void givesBucketsInSecondsWithOneForTheRest() {
    Histogram histogram = new Histogram();
    histogram.record(1_000_000);
    histogram.record(1_000_001);
    histogram.record(70_000_000_000L);
    ClassicHistogramBuckets buckets = PrometheusExposition.buckets(histogram);
    assertThat(buckets.size()).isEqualTo(Histogram.BOUNDS_MS.length + 1);
    assertThat(buckets.getUpperBound(0)).isEqualTo(0.001);
    assertThat(buckets.getCount(0)).isEqualTo(1);
    assertThat(buckets.getUpperBound(1)).isEqualTo(0.002);
    assertThat(buckets.getCount(1)).isEqualTo(1);
    assertThat(buckets.getUpperBound(buckets.size() - 1)).isInfinite();
    assertThat(buckets.getCount(buckets.size() - 1)).isEqualTo(1);
  }
}

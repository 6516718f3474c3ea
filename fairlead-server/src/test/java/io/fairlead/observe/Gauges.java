// SPDX-License-Identifier: Apache-2.0
package io.fairlead.observe;

import java.util.List;
import java.util.Map;

/** What gauges say, for tests of other rooms. */
public final class Gauges {
  private Gauges() {}

  /** The value as its room gives it; fails when there is no such series. */
  public static long value(Meters meters, Meter meter, String... labels) {
    Long value = meters.gauges().getOrDefault(meter, Map.of()).get(List.of(labels));
    if (value == null) {
      throw new AssertionError("no " + meter + " of " + List.of(labels));
    }
    return value;
  }
}

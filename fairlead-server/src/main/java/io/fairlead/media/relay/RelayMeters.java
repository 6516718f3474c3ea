// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * What the relay counts. Media loops count by themselves and add up once a second.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class RelayMeters {
  /** Why a packet is not passed on. */
  enum Drop {
    STRANGER,
    INVALID,
    RTCP,
    EMPTY,
    LONG,
    EARLY,
    HELD,
    NOWHERE,
    UNSENT,
    UNAUTHENTIC,
    REPLAYED,
    SSRCS,
    EXHAUSTED
  }

  /**
   * The sums of one media loop since they were added up last.
   *
   * <p>Owned by one media loop.
   */
  static final class Sums {
    private final long[] dropped = new long[Drop.values().length];
    private final long[] packets = new long[2];
    private final long[] bytes = new long[2];
    private long relearned;

    void drop(Drop why) {
      dropped[why.ordinal()]++;
    }

    void drop(Drop why, long count) {
      dropped[why.ordinal()] += count;
    }

    void taken(int side, long morePackets, long moreBytes) {
      packets[side] += morePackets;
      bytes[side] += moreBytes;
    }

    void relearn() {
      relearned++;
    }
  }

  private final Map<Drop, Counter> dropped = new EnumMap<>(Drop.class);
  private final Counter[] packets;
  private final Counter[] bytes;
  private final Counter relearned;
  private final Counter errors;

  RelayMeters(Meters meters) {
    for (Drop why : Drop.values()) {
      String name = why.name().toLowerCase(Locale.ROOT);
      dropped.put(why, meters.counter(Meter.MEDIA_DROPPED, name));
    }
    packets =
        new Counter[] {
          meters.counter(Meter.MEDIA_PACKETS, "caller"),
          meters.counter(Meter.MEDIA_PACKETS, "callee")
        };
    bytes =
        new Counter[] {
          meters.counter(Meter.MEDIA_BYTES, "caller"), meters.counter(Meter.MEDIA_BYTES, "callee")
        };
    relearned = meters.counter(Meter.MEDIA_RELEARNED);
    errors = meters.counter(Meter.LOOP_ERRORS);
  }

  /** A step threw. */
  void error() {
    errors.add();
  }

  /** Adds up what a loop has counted. On that loop. */
  void add(Sums sums) {
    dropped.forEach((why, counter) -> {
      counter.add(sums.dropped[why.ordinal()]);
      sums.dropped[why.ordinal()] = 0;
    });
    for (int side = 0; side < 2; side++) {
      packets[side].add(sums.packets[side]);
      bytes[side].add(sums.bytes[side]);
      sums.packets[side] = 0;
      sums.bytes[side] = 0;
    }
    relearned.add(sums.relearned);
    sums.relearned = 0;
  }
}

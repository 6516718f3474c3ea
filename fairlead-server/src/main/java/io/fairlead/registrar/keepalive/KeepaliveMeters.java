// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.keepalive;

import io.fairlead.observe.Counter;
import io.fairlead.observe.Histogram;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import io.fairlead.transport.Listener;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The room's counters, resolved once. Shared: see docs/ownership.md. */
final class KeepaliveMeters {
  /** Why a binding ended. */
  enum End {
    EXPIRED("expired"),
    SILENT("no answer to keepalives"),
    UNREACHABLE("unreachable"),
    CLOSED("connection closed");

    private final String words;

    End(String words) {
      this.words = words;
    }

    /** For logs and events. */
    String words() {
      return words;
    }
  }

  /**
   * Those of one transport. Shared: see docs/ownership.md.
   *
   * @param sent keepalives sent
   * @param answered those that were answered
   * @param lost those that were not when the next was due
   * @param rtt time to the answer
   */
  record Way(Counter sent, Counter answered, Counter lost, Histogram rtt) {}

  final Counter forged;
  private final Map<String, Way> ways = new HashMap<>();
  private final Map<End, Counter> ended = new EnumMap<>(End.class);

  KeepaliveMeters(Meters meters, List<Listener> listeners) {
    forged = meters.counter(Meter.KEEPALIVES_FORGED);
    for (Listener listener : listeners) {
      String transport = listener.transport().name();
      ways.put(
          transport,
          new Way(
              meters.counter(Meter.KEEPALIVES_SENT, transport),
              meters.counter(Meter.KEEPALIVES_ANSWERED, transport),
              meters.counter(Meter.KEEPALIVES_LOST, transport),
              meters.histogram(Meter.KEEPALIVE_RTT, transport)));
    }
    for (End end : End.values()) {
      ended.put(end, meters.counter(Meter.BINDINGS_ENDED, end.name().toLowerCase(Locale.ROOT)));
    }
  }

  /** Those of a transport that some listener speaks. */
  Way of(String transport) {
    Way way = ways.get(transport);
    if (way == null) {
      throw new IllegalStateException("no listener speaks " + transport);
    }
    return way;
  }

  void lost(String transport) {
    Way way = ways.get(transport);
    if (way != null) {
      way.lost().add();
    }
  }

  void ended(End why) {
    Counter counter = ended.get(why);
    if (counter != null) {
      counter.add();
    }
  }
}

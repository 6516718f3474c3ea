// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.observe.Counter;
import io.fairlead.observe.Meter;
import io.fairlead.observe.Meters;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** The counters of one listener. Shared: see docs/ownership.md. */
final class ListenerMeters {
  /** Why bytes or a connection were dropped. */
  enum Drop {
    KEEP_ALIVE,
    TOO_SHORT,
    STUN_MALFORMED,
    STUN_UNASKED,
    STUN_RATE,
    GUARD,
    SEND_BUFFER_FULL,
    FRAMING,
    MESSAGE_TIMEOUT,
    HANDSHAKE,
    HANDSHAKES_WAITING,
    NOT_TLS,
    CERTIFICATE,
    TLS_RECORD,
    RENEGOTIATION,
    HANDSHAKE_TIMEOUT,
    HTTP_REQUEST,
    HTTP_MALFORMED,
    WEBSOCKET_REFUSED,
    WEBSOCKET_ORIGIN,
    WEBSOCKET_FRAME,
    PONG_TIMEOUT,
    PROXY_PROTOCOL,
    SLOW_READER,
    MAX_CONNECTIONS,
    MAX_CONNECTIONS_PER_SOURCE
  }

  final Counter received;
  final Counter sent;
  final Counter undeliverable;
  final Counter handshakes;
  private final Map<Drop, Counter> dropped = new EnumMap<>(Drop.class);

  ListenerMeters(Meters meters, String listener) {
    this(meters, listener, false);
  }

  /**
   * @param secure whether it does handshakes
   */
  ListenerMeters(Meters meters, String listener, boolean secure) {
    handshakes = secure ? meters.counter(Meter.HANDSHAKES, listener) : new Counter();
    received = meters.counter(Meter.LISTENER_RECEIVED, listener);
    sent = meters.counter(Meter.LISTENER_SENT, listener);
    undeliverable = meters.counter(Meter.LISTENER_UNDELIVERABLE, listener);
    for (Drop drop : Drop.values()) {
      String reason = drop.name().toLowerCase(Locale.ROOT).replace('_', '-');
      dropped.put(drop, meters.counter(Meter.LISTENER_DROPPED, listener, reason));
    }
  }

  void dropped(Drop why) {
    Counter counter = dropped.get(why);
    if (counter != null) {
      counter.add();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import io.fairlead.loop.SelectorLoop;
import io.fairlead.loop.Timer;
import io.fairlead.transport.ListenerMeters.Drop;

/**
 * The time that a {@link StreamSocket} may take: to connect, for handshakes, for the rest of a
 * message, with nothing to do, for its end. It ends what takes longer.
 *
 * <p>Owned by one loop.
 */
final class StreamTimeouts {
  private static final long LINGER_NS = 2_000_000_000L;

  private final StreamSocket socket;
  private final SelectorLoop loop;
  private final Timer limit = Timer.of(this::onLimit);
  private final Timer idle = Timer.of(this::onIdle);
  private long activeNs;

  StreamTimeouts(StreamSocket socket, SelectorLoop loop) {
    this.socket = socket;
    this.loop = loop;
  }

  void connecting() {
    limit(socket.settings().connectTimeout().toNanos());
  }

  void handshaking() {
    limit(socket.settings().handshakeTimeout().toNanos());
  }

  void opened() {
    loop.timers().cancel(limit);
    loop.timers().schedule(idle, socket.settings().idleTimeout().toNanos());
  }

  /**
   * The time runs from the first byte of a message; more bytes of the same message do not extend
   * it.
   *
   * @param part whether part of a message is there
   * @param another whether a message has ended since
   */
  void reading(boolean part, boolean another) {
    if (!part) {
      loop.timers().cancel(limit);
    } else if (another || !limit.armed()) {
      limit(socket.settings().messageTimeout().toNanos());
    }
  }

  void ending() {
    loop.timers().cancel(idle);
    handshaking();
  }

  void lingering() {
    loop.timers().cancel(idle);
    limit(LINGER_NS);
  }

  void stop() {
    loop.timers().cancel(limit);
    loop.timers().cancel(idle);
  }

  /** Bytes pass: it is not idle. */
  void active() {
    activeNs = loop.nowNs();
  }

  private void limit(long delayNs) {
    loop.timers().schedule(limit, delayNs);
  }

  private void onLimit() {
    switch (socket.state()) {
      case OPEN -> {
        socket.meters().dropped(Drop.MESSAGE_TIMEOUT);
        socket.leave("half a message and then nothing for message-timeout");
      }
      case OPENING -> {
        boolean known = socket.sourceKnown();
        socket.meters().dropped(known ? Drop.HANDSHAKE_TIMEOUT : Drop.PROXY_PROTOCOL);
        socket.cut(known ? "handshake timeout" : "no PROXY header from a load balancer");
      }
      case PLANNED, CONNECTING -> socket.cut("connect timeout");
      case ENDING, LINGERING, JOINED, CLOSED -> socket.cut("ended");
    }
  }

  private void onIdle() {
    long leftNs = activeNs + socket.settings().idleTimeout().toNanos() - loop.nowNs();
    if (leftNs <= 0) {
      socket.leave("idle");
    } else {
      loop.timers().schedule(idle, leftNs);
    }
  }
}

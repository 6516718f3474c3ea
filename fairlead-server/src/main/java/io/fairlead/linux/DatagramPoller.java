// SPDX-License-Identifier: Apache-2.0
package io.fairlead.linux;

import java.lang.foreign.MemorySegment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives from thousands of UDP sockets and sends by them, all in one thread: {@link UringPoller}
 * where the system has io_uring, else {@link EpollPoller}. Both collect for a moment before they
 * serve, so that many are served in one go.
 *
 * <p>Owned by the thread that made it, but for {@link #wake}.
 */
public sealed interface DatagramPoller permits SlottedPoller {
  /**
   * How it works.
   *
   * @param ring false never to use io_uring
   * @param paceUs the most that collecting datagrams before they are served adds to their delay,
   *     microseconds
   * @param buffers for how many datagrams there is room, a power of two
   * @param largest the longest datagram that is taken whole, bytes
   */
  record Tuning(boolean ring, int paceUs, int buffers, int largest) {
    // Twice what receiving and sending one takes: the last that comes waits for those before it
    // to be received, then to be sent.
    private static final int SERVED_US = 10;

    /** How long to collect now, when the last time brought so many: less where serving is long. */
    int collectUs(int before) {
      return Math.max(0, paceUs - before * SERVED_US);
    }
  }

  /** Whom datagrams are given to. */
  interface Handler {
    /** A wait is over; datagrams may follow. */
    void onAwake();

    /**
     * A datagram, valid until this returns. Its source stands {@link #addressBefore()} bytes before
     * it as a {@code sockaddr}; there {@link #send} finds its destination.
     *
     * @param slot the socket, by the number it was added with
     * @param at where it begins in {@link #memory}
     * @param length its length; above {@link Tuning#largest} where it was cut
     */
    void onDatagram(int slot, long at, int length);
  }

  /** A poller as good as the system allows. */
  static DatagramPoller open(Tuning tuning) {
    Logger log = LoggerFactory.getLogger(DatagramPoller.class);
    if (tuning.ring) {
      UringPoller.Opened opened = UringPoller.open(tuning);
      if (opened.poller() != null) {
        return opened.poller();
      }
      log.info("media without io_uring, at some more CPU: {}", opened.why());
    }
    return new EpollPoller(tuning);
  }

  /** In log and meters: {@code io_uring} or {@code epoll}. */
  String name();

  /** Where datagrams stand. */
  MemorySegment memory();

  /** How many bytes before a datagram its address stands. */
  int addressBefore();

  /** Begins to receive from a socket, under that number. */
  void add(int slot, int fd);

  /** Receives no more from it and closes it. */
  void remove(int slot);

  /**
   * Waits for datagrams, for the pace, for {@link #wake}, or until the time is over, and gives what
   * has come to the handler.
   */
  void poll(Handler handler, long timeoutNs);

  /**
   * Sends what stands there, during {@link Handler#onDatagram} only; its destination stands {@link
   * #addressBefore()} before it.
   */
  void send(int slot, long at, int length, int addressLength);

  /** How many datagrams could not be sent until now. */
  long unsent();

  /** Ends a wait, soon. Any thread. */
  void wake();

  /** Closes the poller and all its sockets. */
  void close();
}

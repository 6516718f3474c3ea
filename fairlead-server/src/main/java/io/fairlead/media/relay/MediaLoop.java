// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.relay;

import io.fairlead.linux.DatagramPoller;
import io.fairlead.media.relay.RelayMeters.Drop;
import io.fairlead.media.srtp.CryptoSuite;
import io.fairlead.media.srtp.SrtpSession;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that relays, {@code fl-media-N}: waits for datagrams on the sockets of its streams and
 * gives each to its stream, then does what other threads have ordered, and looks for silence once
 * in a while.
 *
 * <p>Shared: see docs/ownership.md.
 */
final class MediaLoop implements DatagramPoller.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(MediaLoop.class);
  private static final int SOCKETS = 4;

  private final DatagramPoller.Tuning tuning;
  private final long sweepEveryNs;
  private final RelayMeters meters;
  private final RelayMeters.Sums sums = new RelayMeters.Sums();
  private final Packet packet = new Packet();
  private final PacketCrypto crypto;
  private final AtomicIntegerArray secured = new AtomicIntegerArray(CryptoSuite.values().length);
  private final Clock clock;
  private final Thread thread;
  private final Queue<Runnable> orders = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final AtomicInteger count = new AtomicInteger();
  private final CountDownLatch ready = new CountDownLatch(1);
  private volatile @Nullable DatagramPoller poller;
  private volatile boolean stopping;
  private MemorySegment memory = MemorySegment.NULL;
  private int addressBefore;
  private @Nullable MediaStream[] streams = new MediaStream[64];
  private int[] free = new int[64];
  private int freeCount;
  private int used;
  private long unsent;
  private long nextSweepNs;
  private long busyReadNs = System.nanoTime();
  private long busyNs;

  MediaLoop(int index, RelaySettings settings, SelfSendGuard ours, RelayMeters meters) {
    tuning =
        new DatagramPoller.Tuning(
            settings.ioUring(),
            (int) (settings.pace().toNanos() / 1000),
            settings.buffers(),
            settings.largest().intBytes());
    crypto = new PacketCrypto(settings.largest().intBytes());
    sweepEveryNs = settings.silenceCheck().toNanos();
    this.meters = meters;
    clock = new Clock(settings.relearnAfter().toNanos(), ours, System.nanoTime());
    thread = Thread.ofPlatform().name("fl-media-" + index).daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
    await();
  }

  private void await() {
    try {
      ready.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it; what is ordered from now on is not done. */
  void close() {
    stopping = true;
    DatagramPoller waits = poller;
    if (waits != null) {
      waits.wake();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Does it on this loop, after all that the same thread has ordered before. Any thread. */
  void execute(Runnable order) {
    orders.add(order);
    DatagramPoller waits = poller;
    if (waits != null && woken.compareAndSet(false, true)) {
      waits.wake();
    }
  }

  private void run() {
    try (var polls = new Polling(DatagramPoller.open(tuning))) {
      memory = polls.poller().memory();
      crypto.memory(memory);
      addressBefore = polls.poller().addressBefore();
      poller = polls.poller();
      ready.countDown();
      nextSweepNs = System.nanoTime() + sweepEveryNs;
      while (!stopping) {
        cycle(polls.poller());
      }
    } finally {
      poller = null;
      ready.countDown();
      meters.add(sums);
    }
  }

  /** Closes at the end. */
  private record Polling(DatagramPoller poller) implements AutoCloseable {
    @Override
    public void close() {
      poller.close();
    }
  }

  private void cycle(DatagramPoller waits) {
    waits.poll(this, Math.max(1_000_000, nextSweepNs - clock.nowNs()));
    if (clock.nowNs() - nextSweepNs >= 0) {
      sweep(waits);
    }
  }

  private void failed(Throwable e) {
    meters.error();
    LOG.error("a step of the relay failed", e);
  }

  private void sweep(DatagramPoller waits) {
    nextSweepNs = clock.nowNs() + sweepEveryNs;
    for (int i = 0; i < used; i++) {
      MediaStream stream = streams[i];
      if (stream != null) {
        stream.lookForSilence(clock.nowNs());
      }
    }
    long failures = waits.unsent();
    sums.drop(Drop.UNSENT, failures - unsent);
    unsent = failures;
    meters.add(sums);
  }

  @Override
  public void onAwake() {
    clock.set(System.nanoTime());
    // Before the datagrams: what they bring may be what an order given before has announced.
    if (woken.get()) {
      woken.set(false);
    }
    for (Runnable order = orders.poll(); order != null; order = orders.poll()) {
      try {
        order.run();
      } catch (RuntimeException | Error e) {
        failed(e);
      }
    }
  }

  @Override
  public void onDatagram(int slot, long at, int length) {
    MediaStream stream = streams[slot / SOCKETS];
    if (stream == null) {
      return;
    }
    try {
      stream.onDatagram(slot % SOCKETS, at, length);
    } catch (RuntimeException | Error e) {
      // A defect costs its own stream, which is heard no more and ends by silence.
      failed(e);
      deafen(slot / SOCKETS);
    }
  }

  private void deafen(int index) {
    for (int i = 0; i < SOCKETS; i++) {
      polling().remove(index * SOCKETS + i);
    }
  }

  private DatagramPoller polling() {
    DatagramPoller current = poller;
    if (current == null) {
      throw new IllegalStateException("the media loop has ended");
    }
    return current;
  }

  /** Takes a stream; gives its index. */
  int add(MediaStream stream) {
    int index = freeCount > 0 ? free[--freeCount] : used++;
    if (index == streams.length) {
      streams = Arrays.copyOf(streams, index * 2);
    }
    streams[index] = stream;
    return index;
  }

  /** Begins to receive from the sockets of a side. */
  void listen(int index, int side, SidePorts ports) {
    polling().add(slot(index, side, false), ports.rtpSocket());
    polling().add(slot(index, side, true), ports.rtcpSocket());
  }

  /** Closes the sockets of a side. */
  void silence(int index, int side) {
    polling().remove(slot(index, side, false));
    polling().remove(slot(index, side, true));
  }

  /** Forgets a stream whose sockets are closed. */
  void remove(int index) {
    streams[index] = null;
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, freeCount * 2);
    }
    free[freeCount++] = index;
  }

  private static int slot(int index, int side, boolean rtcp) {
    return index * SOCKETS + side * 2 + (rtcp ? 1 : 0);
  }

  /** Sends what was just received to that endpoint, by a socket of a side. */
  void send(int index, int side, boolean rtcp, Endpoint to, long at, int length) {
    int addressLength = to.write(memory, at - addressBefore);
    polling().send(slot(index, side, rtcp), at, length, addressLength);
  }

  MemorySegment memory() {
    return memory;
  }

  /** Where the source of a datagram stands. */
  long sourceOf(long at) {
    return at - addressBefore;
  }

  Packet packet() {
    return packet;
  }

  /** Encrypts and decrypts what was just received, where it stands. */
  PacketCrypto crypto() {
    return crypto;
  }

  /** So many sides more have that suite; nothing for null. */
  void secured(@Nullable SrtpSession session, int more) {
    if (session != null) {
      secured.addAndGet(session.suite().ordinal(), more);
    }
  }

  /** How many sides have that suite. Any thread. */
  int secured(CryptoSuite suite) {
    return secured.get(suite.ordinal());
  }

  Clock clock() {
    return clock;
  }

  RelayMeters.Sums sums() {
    return sums;
  }

  int largest() {
    return tuning.largest();
  }

  /** How many streams it has, those included that are only ordered. Any thread. */
  AtomicInteger count() {
    return count;
  }

  /** Thousandths of a processor since this was asked last. Any thread. */
  synchronized long busyPermille() {
    long now = System.nanoTime();
    long busy = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId());
    long passed = Math.max(1, now - busyReadNs);
    long permille = Math.max(0, busy - busyNs) * 1000 / passed;
    busyReadNs = now;
    busyNs = busy;
    return permille;
  }
}

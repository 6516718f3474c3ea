// SPDX-License-Identifier: Apache-2.0
package io.fairlead.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * {@link DatagramPoller} by epoll(7), level-triggered: one datagram of each ready socket in turn,
 * so that a flood on one holds up no other.
 *
 * <p>Owned by the thread that made it.
 */
final class EpollPoller implements DatagramPoller {
  private static final int ADDRESS = 32;
  private static final int EVENTS = 512;
  // struct epoll_event is packed on x86-64 alone.
  private static final boolean PACKED = System.getProperty("os.arch", "").equals("amd64");
  private static final int EVENT_SIZE = PACKED ? 12 : 16;
  private static final int EVENT_SLOT = PACKED ? 4 : 8;
  private static final int ADD = 1;
  private static final int DELETE = 2;
  private static final int EPOLLIN = 1;
  private static final int WAKE = -1;
  // How often a cycle comes back to sockets that have more; what is left then waits one pace.
  private static final int ROUNDS = 16;

  private final Tuning tuning;
  private final int epoll;
  private final WakeUp wakeUp = new WakeUp();
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;
  private final MemorySegment events;
  private final MemorySegment number;
  private final long payload;
  private int[] fds = new int[64];
  private long unsent;

  EpollPoller(Tuning tuning) {
    this.tuning = tuning;
    epoll = SystemCalls.epoll();
    memory = arena.allocate(ADDRESS + (long) tuning.largest(), 64);
    payload = memory.address() + ADDRESS;
    events = arena.allocate((long) EVENTS * EVENT_SIZE, 64);
    number = arena.allocate(8, 8);
    Arrays.fill(fds, -1);
    watch(wakeUp.fd(), WAKE);
  }

  private void watch(int fd, int slot) {
    events.set(ValueLayout.JAVA_INT, 0, EPOLLIN);
    events.set(ValueLayout.JAVA_LONG_UNALIGNED, EVENT_SLOT, slot);
    int result = SystemCalls.epollControl(epoll, ADD, fd, events.address());
    if (result < 0) {
      throw new IllegalStateException("epoll_ctl: error " + -result);
    }
  }

  @Override
  public String name() {
    return "epoll";
  }

  @Override
  public MemorySegment memory() {
    return memory;
  }

  @Override
  public int addressBefore() {
    return ADDRESS;
  }

  @Override
  public void add(int slot, int fd) {
    if (slot >= fds.length) {
      int had = fds.length;
      fds = Arrays.copyOf(fds, Math.max(slot + 1, had * 2));
      Arrays.fill(fds, had, fds.length, -1);
    }
    fds[slot] = fd;
    watch(fd, slot);
  }

  @Override
  public void remove(int slot) {
    int fd = fds[slot];
    fds[slot] = -1;
    if (fd >= 0) {
      SystemCalls.epollControl(epoll, DELETE, fd, events.address());
      SystemCalls.close(fd);
    }
  }

  @Override
  public void poll(Handler handler, long timeoutNs) {
    int ready = SystemCalls.epollWait(epoll, events.address(), EVENTS, 0);
    if (ready <= 0) {
      int timeoutMs = (int) Math.max(1, timeoutNs / 1_000_000);
      ready = SystemCalls.epollWait(epoll, events.address(), EVENTS, timeoutMs);
    }
    if (ready <= 0) {
      handler.onAwake();
    }
    boolean any = ready > 0;
    int all = 0;
    for (int round = 0; ready > 0 && round < ROUNDS; round++) {
      handler.onAwake();
      int served = serve(handler, ready);
      all += served;
      ready = served == 0 ? 0 : SystemCalls.epollWait(epoll, events.address(), EVENTS, 0);
    }
    if (any) {
      LockSupport.parkNanos(tuning.collectUs(all) * 1000L);
    }
  }

  private int serve(Handler handler, int ready) {
    int served = 0;
    for (int i = 0; i < ready; i++) {
      int slot =
          (int) events.get(ValueLayout.JAVA_LONG_UNALIGNED, (long) i * EVENT_SIZE + EVENT_SLOT);
      if (slot == WAKE) {
        wakeUp.woken();
        continue;
      }
      int fd = fds[slot];
      if (fd < 0) {
        continue;
      }
      number.set(ValueLayout.JAVA_INT, 0, Sockaddr.SIZE);
      int length =
          SystemCalls.recvfrom(fd, payload, tuning.largest(), memory.address(), number.address());
      if (length >= 0) {
        served++;
        handler.onDatagram(slot, ADDRESS, length);
      }
    }
    return served;
  }

  @Override
  public void send(int slot, long at, int length, int addressLength) {
    int sent = SystemCalls.sendto(fds[slot], payload, length, memory.address(), addressLength);
    if (sent < 0) {
      // An error of an earlier one, such as ICMP's, may stand in the way: it is gone now.
      sent = SystemCalls.sendto(fds[slot], payload, length, memory.address(), addressLength);
    }
    if (sent < 0) {
      unsent++;
    }
  }

  @Override
  public long unsent() {
    return unsent;
  }

  @Override
  public void wake() {
    wakeUp.wake();
  }

  @Override
  public void close() {
    for (int fd : fds) {
      if (fd >= 0) {
        SystemCalls.close(fd);
      }
    }
    SystemCalls.close(epoll);
    arena.close();
  }
}

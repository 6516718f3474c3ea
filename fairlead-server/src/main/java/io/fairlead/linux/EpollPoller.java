// SPDX-License-Identifier: Apache-2.0
package io.fairlead.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.locks.LockSupport;

/**
 * {@link DatagramPoller} by epoll(7), level-triggered: one datagram of each ready socket in turn,
 * so that a flood on one holds up no other.
 *
 * <p>Owned by the thread that made it.
 */
final class EpollPoller extends SlottedPoller {
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

  private final int epoll;
  private final MemorySegment memory;
  private final MemorySegment events;
  private final MemorySegment number;
  private final long payload;

  EpollPoller(Tuning tuning) {
    super(tuning);
    epoll = SystemCalls.epoll();
    memory = arena.allocate(ADDRESS + (long) tuning.largest(), 64);
    payload = memory.address() + ADDRESS;
    events = arena.allocate((long) EVENTS * EVENT_SIZE, 64);
    number = arena.allocate(8, 8);
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
    put(slot, fd);
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
  public void close() {
    closeSockets();
    SystemCalls.close(epoll);
    arena.close();
  }
}

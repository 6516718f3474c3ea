// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.kernel;

import io.fairlead.media.relay.KernelMode;
import io.fairlead.media.relay.KernelSettings;
import io.fairlead.media.relay.Offload;
import io.fairlead.observe.Meters;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel forwards RTP in the relay's place. Orders come from media loops and are carried out on
 * a thread of their own, {@code fl-kernel}, which alone speaks with the kernel.
 *
 * <p>What the kernel cannot do stays with the relay: IPv4 to IPv6, peers on this machine, and all
 * where a right or a setting is missing; {@link #status} says which.
 *
 * <p>Shared: see docs/ownership.md.
 */
public final class KernelOffload implements Offload, AutoCloseable {
  /** Two of our addresses, in the order of a call. */
  private record Ours(InetAddress caller, InetAddress callee) {}

  private record Order(NatStream path, boolean start) {}

  private static final Logger LOG = LoggerFactory.getLogger(KernelOffload.class);
  // Addresses of this machine are asked for again after that; a stream to one that is new does not
  // pass, which the counters show.
  private static final long LOCAL_NS = 10_000_000_000L;
  // Closing takes some system calls.
  private static final long CLOSE_MS = 2000;

  private final KernelSettings settings;
  private final List<NatPorts> ports;
  private final KernelMeters meters;
  private final Queue<Order> orders = new ConcurrentLinkedQueue<>();
  private final Map<Ours, AddressPair> pairs = new ConcurrentHashMap<>();
  private final Thread thread = new Thread(this::run, "fl-kernel");
  private volatile Set<InetAddress> ours = Set.of();
  private volatile Set<InetAddress> local = Set.of();
  private volatile String problem = "";
  private volatile boolean closed;
  private @Nullable KernelWorker worker;
  private long localNs;
  private long retryNs;

  private KernelOffload(KernelSettings settings, List<NatPorts> ports, Meters meters) {
    this.settings = settings;
    this.ports = List.copyOf(ports);
    this.meters = new KernelMeters(meters);
  }

  /**
   * Begins, when the settings do not forbid it. Where the kernel cannot do it, that is logged once
   * and tried again by and by.
   *
   * @param ports all of the relay
   * @throws IOException when the kernel must do it and cannot; the message says what is missing
   */
  public static KernelOffload open(KernelSettings settings, List<NatPorts> ports, Meters meters)
      throws IOException {
    KernelOffload made = new KernelOffload(settings, ports, meters);
    if (settings.mode() == KernelMode.OFF) {
      made.problem = "not configured";
      return made;
    }
    made.begin(System.nanoTime());
    if (made.worker == null && settings.mode() == KernelMode.ON) {
      throw new IOException("media.relay.kernel is on, but: " + made.problem);
    }
    made.thread.setDaemon(true);
    made.thread.start();
    return made;
  }

  /** One line for people, such as {@code kernel: on, 212 streams}. Any thread. */
  public String status() {
    String why = problem;
    if (ours.isEmpty()) {
      return "kernel: off: " + why;
    }
    long nowNs = System.nanoTime();
    boolean blocked = pairs.values().stream().anyMatch(each -> each.isBlocked(nowNs));
    return "kernel: on, "
        + meters.streams.get()
        + " streams"
        + (why.isEmpty() ? "" : "; not everywhere: " + why)
        + (blocked ? "; a firewall stops it between some addresses" : "");
  }

  @Override
  public @Nullable Handle start(Path path, Observer observer) {
    if (!isPossible(path)) {
      return null;
    }
    AddressPair pair =
        pairs.computeIfAbsent(
            new Ours(path.callerSide().getAddress(), path.calleeSide().getAddress()),
            _ -> new AddressPair());
    if (pair.isBlocked(System.nanoTime())) {
      return null;
    }
    NatStream made = new NatStream(path, pair, observer, this::stop);
    order(new Order(made, true));
    return made;
  }

  private boolean isPossible(Path path) {
    Set<InetAddress> usable = ours;
    InetAddress caller = path.caller().getAddress();
    InetAddress callee = path.callee().getAddress();
    return usable.contains(path.callerSide().getAddress())
        && usable.contains(path.calleeSide().getAddress())
        && isPeer(caller, path.callerSide().getAddress())
        && isPeer(callee, path.calleeSide().getAddress())
        && caller.getClass() == callee.getClass();
  }

  // What is sent to this machine itself is not routed on.
  private boolean isPeer(InetAddress peer, InetAddress side) {
    return peer.getClass() == side.getClass()
        && !peer.isAnyLocalAddress()
        && !peer.isLoopbackAddress()
        && !peer.isLinkLocalAddress()
        && !peer.isMulticastAddress()
        && !local.contains(peer);
  }

  private void stop(NatStream path) {
    order(new Order(path, false));
  }

  private void order(Order order) {
    orders.add(order);
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!closed) {
      long nowNs = System.nanoTime();
      try {
        cycle(nowNs);
      } catch (IOException | RuntimeException e) {
        LOG.warn("The kernel's part of the relay has failed, the relay goes on alone", e);
        lose(nowNs, String.valueOf(e.getMessage()));
      }
      sleep();
    }
    lose(System.nanoTime(), "closed");
    carryOut();
  }

  private void cycle(long nowNs) throws IOException {
    if (worker == null && nowNs - retryNs >= 0) {
      begin(nowNs);
    }
    if (worker != null && nowNs - localNs > LOCAL_NS) {
      refresh(nowNs);
    }
    carryOut();
    if (worker != null) {
      worker.work(nowNs);
    }
  }

  private void begin(long nowNs) {
    ForwardingCheck check = ForwardingCheck.of(ports);
    String missing = check.missing() == null ? "" : check.missing();
    retryNs = nowNs + settings.retry().toNanos();
    if (check.ports().isEmpty()) {
      say(missing);
      return;
    }
    int lowest = ports.stream().mapToInt(NatPorts::first).min().orElse(0);
    try {
      ForwardingTable table = ForwardingTable.create("fairlead-" + lowest, check.ports());
      worker = new KernelWorker(table, meters, settings);
    } catch (IOException e) {
      say(String.valueOf(e.getMessage()));
      return;
    }
    refresh(nowNs);
    say(missing);
    ours = check.ports().stream().map(NatPorts::address).collect(Collectors.toUnmodifiableSet());
  }

  // Once, until it is something else.
  private void say(String missing) {
    if (!missing.isEmpty() && !missing.equals(problem)) {
      LOG.warn("The kernel does not forward RTP in the relay's place: {}", missing);
    }
    problem = missing;
  }

  private void refresh(long nowNs) {
    localNs = nowNs;
    local = ForwardingCheck.local();
  }

  private void carryOut() {
    for (Order order = orders.poll(); order != null; order = orders.poll()) {
      KernelWorker now = worker;
      if (now == null) {
        order.path.refuse();
      } else if (order.start) {
        now.start(order.path);
      } else {
        now.stop(order.path);
      }
    }
  }

  private void lose(long nowNs, String why) {
    KernelWorker before = worker;
    ours = Set.of();
    worker = null;
    problem = why;
    retryNs = nowNs + settings.retry().toNanos();
    if (before != null) {
      before.end();
    }
  }

  private void sleep() {
    KernelWorker now = worker;
    if (!orders.isEmpty() || closed) {
      return;
    }
    if (now == null) {
      LockSupport.parkNanos(this, Math.max(1, retryNs - System.nanoTime()));
    } else if (now.isBusy()) {
      LockSupport.parkNanos(this, Math.max(1, now.dueNs() - System.nanoTime()));
    } else {
      LockSupport.park(this);
    }
  }

  /** Ends all forwarding and takes the table away; every observer is told. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join(CLOSE_MS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}

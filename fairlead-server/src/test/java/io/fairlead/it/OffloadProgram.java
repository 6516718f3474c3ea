// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import io.fairlead.it.NamespacePeer.Received;
import io.fairlead.media.kernel.KernelOffload;
import io.fairlead.media.kernel.NatPorts;
import io.fairlead.media.relay.KernelMode;
import io.fairlead.media.relay.KernelSettings;
import io.fairlead.media.relay.Offload;
import io.fairlead.media.relay.Offload.Forwarded;
import io.fairlead.observe.Meters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A relay of one stream with two sockets, which hands the stream to the kernel and takes it back;
 * runs as root in the relay's namespace and tells what it saw, a fact in a line. Owned by its main
 * thread.
 */
final class OffloadProgram implements AutoCloseable {
  private static final int FIRST = 30000;
  private static final int LAST = 39999;
  private static final int PACKETS = 50;
  private static final int RTCP = 200;

  /** What the kernel's part told. */
  private static final class Seen implements Offload.Observer {
    final CountDownLatch started = new CountDownLatch(1);
    final CountDownLatch stopped = new CountDownLatch(1);
    volatile Forwarded total = Forwarded.NONE;
    volatile Forwarded reading = Forwarded.NONE;

    @Override
    public void onStarted() {
      started.countDown();
    }

    @Override
    public void onForwarded(Forwarded now) {
      reading = now;
    }

    @Override
    public void onStopped(Forwarded all) {
      total = all;
      stopped.countDown();
    }
  }

  private final String[] namespaces;
  private final InetSocketAddress callerSide;
  private final InetSocketAddress calleeSide;
  private final DatagramChannel callerSocket;
  private final DatagramChannel calleeSocket;
  private final KernelOffload kernel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(2048);
  private NamespacePeer caller;
  private NamespacePeer callee;
  private InetSocketAddress callerAt;
  private final InetSocketAddress calleeAt;
  private final List<Received> atCaller = new ArrayList<>();
  private final List<Received> atCallee = new ArrayList<>();
  private int relayed;
  private long everRelayed;
  private int strays;
  private int control;

  private OffloadProgram(String[] namespaces, String[] addresses) throws IOException {
    this.namespaces = namespaces;
    callerSide = new InetSocketAddress(addresses[1], FIRST);
    calleeSide = new InetSocketAddress(addresses[2], FIRST + 2);
    callerAt = new InetSocketAddress(addresses[0], 40000);
    calleeAt = new InetSocketAddress(addresses[3], 40002);
    callerSocket = socket(callerSide);
    calleeSocket = socket(calleeSide);
    caller = new NamespacePeer(namespaces[0], callerAt);
    callee = new NamespacePeer(namespaces[1], calleeAt);
    kernel = open(callerSide.getAddress(), calleeSide.getAddress());
  }

  private static DatagramChannel socket(InetSocketAddress local) throws IOException {
    DatagramChannel made = DatagramChannel.open();
    made.bind(local).configureBlocking(false);
    return made;
  }

  private static KernelOffload open(InetAddress... ours) throws IOException {
    List<NatPorts> ports = new ArrayList<>();
    for (InetAddress each : ours) {
      ports.add(new NatPorts(each, FIRST, LAST));
    }
    var settings =
        new KernelSettings(KernelMode.AUTO, Duration.ofMillis(100), Duration.ofMinutes(10));
    return KernelOffload.open(settings, ports, new Meters());
  }

  /**
   * Arguments: what to do, the namespaces of caller and callee, then the addresses of caller,
   * caller's side, callee's side, callee.
   */
  public static void main(String[] args) throws Exception {
    String[] namespaces = {args[1], args[2]};
    String[] addresses = {args[3], args[4], args[5], args[6]};
    try (OffloadProgram program = new OffloadProgram(namespaces, addresses)) {
      say("status", program.kernel.status());
      switch (args[0]) {
        case "handover" -> program.handOver();
        case "blocked" -> program.blocked();
        case "count" -> program.count();
        case "many" -> program.many(Integer.parseInt(args[7]));
        case "status" -> {}
        case "hang" -> {
          say("pid", ProcessHandle.current().pid());
          Thread.sleep(Duration.ofMinutes(2));
        }
        default -> throw new IllegalArgumentException(args[0]);
      }
    }
    say("end", "");
  }

  private static void say(String fact, @Nullable Object value) {
    System.out.println(fact + "=" + value);
  }

  private void handOver() throws Exception {
    talk();
    say("relayed before", relayed);
    Seen seen = begin();
    talk();
    say("relayed while offloaded", relayed);
    say("control at the relay", control);
    stranger();
    pause();
    say("read", seen.reading);
    say("streams", kernel.status());
    stop(seen);
    talk();
    say("relayed after", relayed);
    report("first");
    caller.close();
    callerAt = new InetSocketAddress(callerAt.getAddress(), 40010);
    caller = new NamespacePeer(namespaces[0], callerAt);
    atCaller.clear();
    atCallee.clear();
    Seen again = begin();
    talk();
    stop(again);
    report("again");
  }

  private void count() throws Exception {
    talk();
    long before = everRelayed;
    int sent = caller.sent() + callee.sent();
    Seen seen = begin();
    talk();
    stop(seen);
    talk();
    Forwarded total = seen.total;
    int all = caller.sent() + callee.sent() - sent;
    long byUs = everRelayed - before;
    say("missing in the count", all - byUs - total.callerPackets() - total.calleePackets());
  }

  private Seen begin() throws Exception {
    relayed = 0;
    Seen seen = new Seen();
    var path =
        new Offload.Path(callerAt, callerSide, calleeSide, calleeAt, "outside", "inside", 0xb8);
    Offload.Handle handle = kernel.start(path, seen);
    say("taken", handle != null);
    if (handle == null) {
      return seen;
    }
    // Packets go on while the kernel takes over.
    while (!seen.started.await(1, TimeUnit.MILLISECONDS)) {
      tick();
    }
    this.handle = handle;
    pause();
    relayed = 0;
    return seen;
  }

  private Offload.@Nullable Handle handle;

  private void stop(Seen seen) throws Exception {
    relayed = 0;
    if (handle != null) {
      handle.stop();
    }
    while (!seen.stopped.await(1, TimeUnit.MILLISECONDS)) {
      tick();
    }
    say("total", seen.total);
    pause();
    say("relayed while it stopped", relayed);
    relayed = 0;
  }

  private void talk() throws Exception {
    for (int i = 0; i < PACKETS; i++) {
      tick();
      TimeUnit.MILLISECONDS.sleep(2);
    }
    caller.send(callerSide, RTCP, 0);
    pause();
  }

  private void tick() throws IOException {
    caller.send(callerSide);
    callee.send(calleeSide);
    pump();
  }

  private void pause() throws Exception {
    for (int i = 0; i < 200; i++) {
      TimeUnit.MILLISECONDS.sleep(1);
      pump();
    }
  }

  private void pump() throws IOException {
    pump(callerSocket, callerAt, calleeSocket, calleeAt);
    pump(calleeSocket, calleeAt, callerSocket, callerAt);
    atCaller.addAll(caller.receive());
    atCallee.addAll(callee.receive());
  }

  private void pump(
      DatagramChannel from, InetSocketAddress known, DatagramChannel to, InetSocketAddress peer)
      throws IOException {
    while (true) {
      buffer.clear();
      var source = (InetSocketAddress) from.receive(buffer);
      if (source == null) {
        return;
      }
      buffer.flip();
      if (!source.equals(known)) {
        strays++;
      } else if ((buffer.get(1) & 0xff) == RTCP) {
        control++;
      } else {
        relayed++;
        everRelayed++;
        to.send(buffer, peer);
      }
    }
  }

  private void stranger() throws Exception {
    int before = atCallee.size();
    try (NamespacePeer stranger =
        new NamespacePeer(namespaces[0], new InetSocketAddress(callerAt.getAddress(), 40666))) {
      for (int i = 0; i < 10; i++) {
        stranger.send(callerSide);
      }
      pause();
    }
    say("strays at the relay", strays);
    say("strays at the callee", atCallee.size() - before);
  }

  private void report(String name) {
    report(name + " caller to callee", caller.sent(), atCallee, calleeSide);
    report(name + " callee to caller", callee.sent(), atCaller, callerSide);
  }

  private static void report(
      String name, int sent, List<Received> received, InetSocketAddress from) {
    int late = 0;
    int highest = -1;
    var numbers = new HashSet<Integer>();
    boolean ours = true;
    for (Received each : received) {
      late += each.number() < highest ? 1 : 0;
      highest = Math.max(highest, each.number());
      numbers.add(each.number());
      ours &= each.from().equals(from);
    }
    int first = received.isEmpty() ? 0 : received.getFirst().number();
    say(name + " lost", sent - first - numbers.size());
    say(name + " twice", received.size() - numbers.size());
    say(name + " late", late);
    say(name + " from us", ours);
  }

  private void blocked() throws Exception {
    talk();
    Seen seen = begin();
    int sent = caller.sent();
    while (!seen.stopped.await(5, TimeUnit.MILLISECONDS)) {
      tick();
    }
    say("packets until it was taken back", caller.sent() - sent);
    relayed = 0;
    talk();
    say("relayed after", relayed);
    say("status after", kernel.status());
    begin();
  }

  /** Hands over that many streams at once, and again one by one; waits for a line between. */
  private void many(int count) throws Exception {
    List<Seen> all = new ArrayList<>();
    List<Offload.Handle> handles = new ArrayList<>();
    prove();
    // So that a load tool may have their ports.
    caller.close();
    callee.close();
    for (String name : List.of("first", "together")) {
      all.clear();
      handles.clear();
      long before = kernelCpuNs();
      for (int i = 0; i < count; i++) {
        Seen seen = new Seen();
        Offload.Handle taken = kernel.start(path(i), seen);
        if (taken == null) {
          throw new IllegalStateException("not taken");
        }
        handles.add(taken);
        all.add(seen);
      }
      for (Seen seen : all) {
        seen.started.await();
      }
      say(name + " us per call", (kernelCpuNs() - before) / 1000.0 / count);
      say(name + " status", kernel.status());
      if (name.equals("together")) {
        int _ = System.in.read();
      }
      before = kernelCpuNs();
      handles.forEach(Offload.Handle::stop);
      for (Seen seen : all) {
        seen.stopped.await();
      }
      say(name + " end us per call", (kernelCpuNs() - before) / 1000.0 / count);
      say(name + " end status", kernel.status());
    }
    long before = kernelCpuNs();
    for (int i = 0; i < count; i++) {
      Seen seen = new Seen();
      Offload.Handle taken = kernel.start(path(i), seen);
      seen.started.await();
      if (taken != null) {
        taken.stop();
      }
      seen.stopped.await();
    }
    say("one by one, both, us per call", (kernelCpuNs() - before) / 1000.0 / count);
  }

  private void prove() throws Exception {
    Seen seen = begin();
    talk();
    stop(seen);
  }

  private Offload.Path path(int i) {
    return new Offload.Path(
        new InetSocketAddress(callerAt.getAddress(), 40000 + i),
        new InetSocketAddress(callerSide.getAddress(), FIRST + 4 * i),
        new InetSocketAddress(calleeSide.getAddress(), FIRST + 4 * i + 2),
        new InetSocketAddress(calleeAt.getAddress(), 40000 + i),
        "outside",
        "inside",
        0xb8);
  }

  /** CPU the kernel thread has taken, by the scheduler's own count. */
  private static long kernelCpuNs() throws IOException {
    try (var tasks = Files.newDirectoryStream(java.nio.file.Path.of("/proc/self/task"))) {
      for (var task : tasks) {
        if (Files.readString(task.resolve("comm")).strip().equals("fl-kernel")) {
          String[] numbers = Files.readString(task.resolve("schedstat")).split(" ");
          return Long.parseLong(numbers[0]);
        }
      }
    }
    throw new IllegalStateException("no kernel thread");
  }

  @Override
  public void close() throws IOException {
    kernel.close();
    callerSocket.close();
    calleeSocket.close();
    caller.close();
    callee.close();
  }
}

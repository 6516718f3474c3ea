// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.kernel;

import io.fairlead.linux.netfilter.NetlinkBatch;
import io.fairlead.media.kernel.NatStream.State;
import io.fairlead.media.relay.KernelSettings;
import io.fairlead.media.relay.Offload.Forwarded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which streams the kernel forwards: makes the changes asked for, many in one transaction, reads
 * the counters, and takes back what does not pass.
 *
 * <p>Owned by the kernel thread.
 */
final class KernelWorker {
  /** What is to change. */
  private record Change(NatStream path, boolean forward) {}

  /** Where a change ends in a batch. */
  private record Written(Change change, int firstMessage, int lastMessage) {}

  private static final Logger LOG = LoggerFactory.getLogger(KernelWorker.class);
  // RTP comes each 20 ms: by then five packets have come that did not leave.
  private static final long TRIAL_NS = 100_000_000L;

  private final Translator table;
  private final KernelMeters meters;
  private final long readingNs;
  private final long retryNs;
  private final Set<NatStream> forwarded = new LinkedHashSet<>();
  private final Map<ByteBuffer, NatFlow.Count> counts = new HashMap<>();
  private List<Change> changes = new ArrayList<>();
  private long readNs;

  /**
   * @param table is closed by {@link #end}
   */
  KernelWorker(Translator table, KernelMeters meters, KernelSettings settings) {
    this.table = table;
    this.meters = meters;
    readingNs = settings.reading().toNanos();
    retryNs = settings.retry().toNanos();
  }

  /** A path is to be forwarded. */
  void start(NatStream path) {
    if (path.pair.admit(path)) {
      begin(path);
    } else {
      path.state = State.WAITING;
    }
  }

  private void begin(NatStream path) {
    path.state = State.STARTING;
    changes.add(new Change(path, true));
  }

  /** A path is to be forwarded no more. */
  void stop(NatStream path) {
    switch (path.state) {
      case NEW, WAITING -> ended(path, Forwarded.NONE);
      case STARTING, FORWARDED -> {
        path.state = State.STOPPING;
        changes.add(new Change(path, false));
      }
      case STOPPING, ENDED -> {}
    }
  }

  /**
   * Makes all changes asked for, and reads the counters when that is due.
   *
   * @throws IOException when the kernel does not do what it must; {@link #end} is to follow
   */
  void work(long nowNs) throws IOException {
    boolean idle = forwarded.isEmpty();
    change();
    if (idle) {
      readNs = nowNs;
    }
    if (!forwarded.isEmpty() && nowNs - dueNs() >= 0) {
      readNs = nowNs;
      read(nowNs);
      change();
    }
  }

  private void change() throws IOException {
    while (!changes.isEmpty()) {
      List<Change> now = changes;
      changes = new ArrayList<>();
      while (!now.isEmpty()) {
        now = commit(now);
      }
    }
  }

  /** When {@link #work} is to be called without new orders; only while {@link #isBusy}. */
  long dueNs() {
    return readNs
        + (forwarded.stream().anyMatch(each -> each.pair.isTrying()) ? TRIAL_NS : readingNs);
  }

  /** True when something is forwarded, or is to be changed. */
  boolean isBusy() {
    return !forwarded.isEmpty() || !changes.isEmpty();
  }

  /** Makes as many as fit in one transaction; what is left to do, in order. */
  private List<Change> commit(List<Change> all) throws IOException {
    table.begin();
    List<Written> written = new ArrayList<>();
    int from = 0;
    for (Change each : all) {
      if (table.full()) {
        break;
      }
      int first = table.change(each.path.fromCaller, each.forward);
      int last = table.change(each.path.fromCallee, each.forward);
      written.add(new Written(each, first - 1, last));
      if (each.forward) {
        remember(each.path);
      }
      from++;
    }
    Map<Integer, Integer> failures = table.commit(this::count);
    if (failures.containsKey(NetlinkBatch.whole())) {
      throw new IOException("netlink failed: error " + failures.get(NetlinkBatch.whole()));
    }
    List<Change> left = new ArrayList<>();
    for (Written each : written) {
      if (failures.isEmpty()) {
        done(each.change);
      } else if (failures.keySet().stream().anyMatch(number -> isOf(number, each))) {
        failed(each.change, failures);
      } else {
        left.add(each.change);
      }
    }
    if (left.size() == written.size() && !failures.isEmpty()) {
      throw new IOException("netlink failed without a reason: " + failures);
    }
    left.addAll(all.subList(from, all.size()));
    return left;
  }

  private static boolean isOf(int number, Written written) {
    return number >= written.firstMessage && number <= written.lastMessage;
  }

  private void done(Change change) {
    NatStream path = change.path;
    if (!change.forward) {
      finish(path);
      return;
    }
    forwarded.add(path);
    meters.streams.set(forwarded.size());
    if (path.state == State.STARTING) {
      path.state = State.FORWARDED;
    }
    path.observer.onStarted();
  }

  private void failed(Change change, Map<Integer, Integer> failures) {
    NatStream path = change.path;
    if (path.state == State.ENDED) {
      return;
    }
    meters.failures.add();
    // A removal fails when nothing is there: then all is as it should be.
    LOG.debug("The kernel refused a change: errors {}", failures);
    finish(path);
  }

  private void finish(NatStream path) {
    forwarded.remove(path);
    meters.streams.set(forwarded.size());
    meters.packets.add(path.news());
    forget(path);
    ended(path, path.total());
  }

  private void ended(NatStream path, Forwarded total) {
    path.state = State.ENDED;
    path.pair.leave(path);
    path.observer.onStopped(total);
    admit(path.pair);
  }

  private void admit(AddressPair pair) {
    for (NatStream next = pair.next(); next != null; next = pair.next()) {
      begin(next);
    }
  }

  private void remember(NatStream path) {
    for (NatFlow flow : List.of(path.fromCaller, path.fromCallee)) {
      counts.putIfAbsent(ByteBuffer.wrap(flow.arrivalKey), flow.arrived);
      counts.putIfAbsent(ByteBuffer.wrap(flow.departureKey), flow.left);
    }
  }

  private void forget(NatStream path) {
    for (NatFlow flow : List.of(path.fromCaller, path.fromCallee)) {
      counts.remove(ByteBuffer.wrap(flow.arrivalKey), flow.arrived);
      counts.remove(ByteBuffer.wrap(flow.departureKey), flow.left);
    }
  }

  private void count(byte[] key, long packets, long bytes) {
    NatFlow.Count count = counts.get(ByteBuffer.wrap(key));
    if (count != null) {
      count.packets = packets;
      count.bytes = bytes;
    }
  }

  private void read(long nowNs) throws IOException {
    table.read(this::count);
    for (NatStream path : List.copyOf(forwarded)) {
      if (path.state != State.FORWARDED) {
        continue;
      }
      meters.packets.add(path.news());
      path.observer.onForwarded(path.total());
      if (path.isStuck()) {
        stuck(path, nowNs);
      } else if (path.passes() && !path.pair.isProven()) {
        path.pair.prove();
        admit(path.pair);
      }
    }
  }

  private void stuck(NatStream path, long nowNs) {
    meters.failures.add();
    stop(path);
    if (path.pair.isProven()) {
      LOG.info("A stream does not pass through the kernel, the relay has it again");
      return;
    }
    if (!path.pair.isBlocked(nowNs)) {
      path.pair.block(nowNs + retryNs);
      LOG.warn(
          "The kernel does not let RTP pass from {} to {}: a firewall (chain forward) or rp_filter"
              + " stops it. The relay has it again; the next trial is in {} s",
          path.between().callerSide(),
          path.between().calleeSide(),
          retryNs / 1_000_000_000L);
    }
    for (NatStream each = path.pair.refuse(); each != null; each = path.pair.refuse()) {
      ended(each, Forwarded.NONE);
    }
  }

  /** Ends all, whatever the kernel says: closes the table, and tells everybody. */
  void end() {
    try {
      table.read(this::count);
    } catch (IOException e) {
      LOG.debug("the last counts are not known", e);
    }
    table.close();
    Set<NatStream> all = new LinkedHashSet<>(forwarded);
    changes.forEach(each -> all.add(each.path));
    for (NatStream path : List.copyOf(all)) {
      for (NatStream each = path.pair.refuse(); each != null; each = path.pair.refuse()) {
        all.add(each);
      }
    }
    forwarded.clear();
    changes.clear();
    for (NatStream path : all) {
      if (path.state != State.ENDED) {
        finish(path);
      }
    }
    changes.clear();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.linux.netfilter.NetlinkBatch;
import io.fairlead.media.relay.KernelSettings;
import io.fairlead.media.relay.Offload;
import io.fairlead.media.relay.Offload.Forwarded;
import io.fairlead.observe.Meters;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KernelWorkerTest {
  private static final long TRIAL_NS = 100_000_000L;

  private final FakeTable table = new FakeTable();
  private final KernelMeters meters = new KernelMeters(new Meters());
  private final KernelWorker worker = new KernelWorker(table, meters, KernelSettings.usual());
  private final AddressPair pair = new AddressPair();
  private final List<String> told = new ArrayList<>();

  @Test
  void forwardsCountsAndGivesBack() throws IOException {
    NatStream path = start(1);
    worker.work(0);
    table.pass(path, 7, 7);
    worker.work(TRIAL_NS);
    table.pass(path, 9, 9);
    worker.stop(path);
    worker.work(TRIAL_NS + 1);

    assertThat(told).containsExactly("1 started", "1 has 7", "1 stopped with 9");
    assertThat(table.flows).isEmpty();
    assertThat(meters.packets.value()).isEqualTo(9);
    assertThat(worker.isBusy()).isFalse();
  }

  @Test
  void makesManyChangesInOneTransaction() throws IOException {
    prove();
    table.commits = 0;
    for (int i = 10; i < 20; i++) {
      start(i);
    }
    worker.work(TRIAL_NS);

    assertThat(table.commits).isEqualTo(1);
    assertThat(meters.streams).hasValue(11);
  }

  @Test
  void letsFourGoFirstUntilPacketsAreSeenToPass() throws IOException {
    List<NatStream> paths = new ArrayList<>();
    for (int i = 1; i <= 6; i++) {
      paths.add(start(i));
    }
    worker.work(0);
    assertThat(told).hasSize(4).allMatch(each -> each.endsWith("started"));

    table.pass(paths.getFirst(), 3, 2);
    worker.work(TRIAL_NS);

    assertThat(told).contains("5 started", "6 started");
  }

  @Test
  void oneThatEndsLetsTheNextTry() throws IOException {
    List<NatStream> paths = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      paths.add(start(i));
    }
    worker.work(0);
    worker.stop(paths.getFirst());
    worker.work(1);

    assertThat(told).endsWith("1 stopped with 0", "5 started");
  }

  @Test
  void takesAllBackWhereNothingLeaves() throws IOException {
    NatStream path = start(1);
    for (int i = 2; i <= 5; i++) {
      start(i);
    }
    worker.work(0);
    table.pass(path, 5, 0);
    worker.work(TRIAL_NS);

    assertThat(told).contains("1 stopped with 5", "5 stopped with 0");
    assertThat(pair.isBlocked(TRIAL_NS)).isTrue();
    assertThat(pair.isBlocked(TRIAL_NS + KernelSettings.usual().retry().toNanos())).isFalse();
    assertThat(meters.failures.value()).isOne();
  }

  @Test
  void takesOneBackThatStopsToPass() throws IOException {
    NatStream path = prove();
    table.pass(path, 60, 10);
    worker.work(TRIAL_NS + 2_000_000_000L);
    table.pass(path, 110, 10);
    worker.work(TRIAL_NS + 4_000_000_000L);

    assertThat(told).last().isEqualTo("0 stopped with 110");
    assertThat(pair.isBlocked(TRIAL_NS)).isFalse();
  }

  @Test
  void aRefusedChangeCostsOnlyItsOwnStream() throws IOException {
    prove();
    NatStream refused = stream(2);
    table.refused.add(refused.fromCallee);
    start(1);
    worker.start(refused);
    start(3);
    worker.work(TRIAL_NS);

    assertThat(told).contains("1 started", "3 started", "2 stopped with 0");
    assertThat(table.flows).hasSize(6);
  }

  @Test
  void startedAndStoppedInOneMomentIsToldBoth() throws IOException {
    NatStream path = start(1);
    worker.stop(path);
    worker.stop(path);
    worker.work(0);

    assertThat(told).containsExactly("1 started", "1 stopped with 0");
    assertThat(table.flows).isEmpty();
  }

  @Test
  void endTellsEverybodyOnce() throws IOException {
    for (int i = 1; i <= 6; i++) {
      start(i);
    }
    worker.work(0);
    table.broken = true;
    start(7);
    worker.stop(start(8));
    assertThat(told).contains("8 stopped with 0");
    worker.end();

    assertThat(told.stream().filter(each -> each.contains("stopped")))
        .hasSize(8)
        .doesNotHaveDuplicates();
    assertThat(table.closed).isTrue();
  }

  @Test
  void aKernelThatFailsIsAnError() throws IOException {
    table.broken = true;
    start(1);

    assertThatThrownBy(() -> worker.work(0)).hasMessageContaining("netlink failed");
  }

  private NatStream prove() throws IOException {
    NatStream path = start(0);
    worker.work(0);
    table.pass(path, 1, 1);
    worker.work(TRIAL_NS);
    return path;
  }

  private NatStream start(int number) {
    NatStream made = stream(number);
    worker.start(made);
    return made;
  }

  private NatStream stream(int number) {
    var path =
        new Offload.Path(
            new InetSocketAddress("10.0.0.2", 1000 + number),
            new InetSocketAddress("10.0.0.1", 3000 + number),
            new InetSocketAddress("10.0.1.1", 4000 + number),
            new InetSocketAddress("10.0.1.2", 2000 + number),
            "a",
            "b",
            0);
    return new NatStream(path, pair, new Listener(number), _ -> {});
  }

  private final class Listener implements Offload.Observer {
    private final int number;

    Listener(int number) {
      this.number = number;
    }

    @Override
    public void onStarted() {
      told.add(number + " started");
    }

    @Override
    public void onForwarded(Forwarded total) {
      told.add(number + " has " + total.callerPackets());
    }

    @Override
    public void onStopped(Forwarded total) {
      told.add(number + " stopped with " + total.callerPackets());
    }
  }

  /** A kernel that forwards nothing, and counts what it is told. */
  private static final class FakeTable implements Translator {
    final Map<NatFlow, long[]> flows = new LinkedHashMap<>();
    final Set<NatFlow> refused = new HashSet<>();
    boolean broken;
    boolean closed;
    int commits;
    private final List<Map.Entry<NatFlow, Boolean>> written = new ArrayList<>();

    /** What the counters say from now on, in the caller's direction. */
    void pass(NatStream path, long arrived, long left) {
      flows.put(path.fromCaller, new long[] {arrived, left});
    }

    @Override
    public void begin() {
      written.clear();
    }

    @Override
    public boolean full() {
      return false;
    }

    @Override
    public int change(NatFlow flow, boolean forward) {
      written.add(Map.entry(flow, forward));
      return 2 * written.size();
    }

    @Override
    public Map<Integer, Integer> commit(CounterReader.Counted counted) {
      commits++;
      Map<Integer, Integer> failures = new TreeMap<>();
      if (broken) {
        failures.put(NetlinkBatch.whole(), 5);
        return failures;
      }
      for (int i = 0; i < written.size(); i++) {
        if (refused.contains(written.get(i).getKey())) {
          failures.put(2 * (i + 1), 17);
        }
      }
      if (failures.isEmpty()) {
        for (var each : written) {
          change(each.getKey(), each.getValue(), counted);
        }
      }
      return failures;
    }

    private void change(NatFlow flow, boolean forward, CounterReader.Counted counted) {
      if (forward) {
        flows.put(flow, new long[2]);
        return;
      }
      tell(flow, counted);
      flows.remove(flow);
    }

    private void tell(NatFlow flow, CounterReader.Counted counted) {
      long[] now = flows.getOrDefault(flow, new long[2]);
      counted.element(flow.arrivalKey, now[0], now[0] * 200);
      counted.element(flow.departureKey, now[1], now[1] * 200);
    }

    @Override
    public void read(CounterReader.Counted counted) throws IOException {
      if (broken) {
        throw new IOException("broken");
      }
      flows.keySet().forEach(flow -> tell(flow, counted));
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}

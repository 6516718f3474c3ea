// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import io.fairlead.loop.SipHash;
import io.fairlead.loop.TimerWheel;
import io.fairlead.observe.Meters;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipResponse;
import io.fairlead.sip.SipWriter;
import io.fairlead.sip.Via;
import io.fairlead.transaction.Branch;
import io.fairlead.transaction.TimerSettings;
import io.fairlead.transaction.TransactionTable;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import io.fairlead.transport.OutboundFlows;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The transactions of a forwarded INVITE (RFC 3261 §17), and finding one among those alive. Time is
 * virtual and moves so that as many pairs as said are alive, nearly all of them lingering; at 1000
 * calls a second that are 32000. Messages are parsed once and get a new branch for each call. Owned
 * by one loop.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class TransactionTableBenchmark {
  private static final long LINGER_NS = 32_000_000_000L;
  private static final int SAMPLES = 1 << 10;

  @Param({"1000", "100000"})
  int alive;

  private final StillLoop loop = new StillLoop();
  private final TransactionTable table =
      new TransactionTable(
          loop, new NoWire(), TimerSettings.defaults(), SipHash.random(), new Meters());
  private final CountedFlow caller = new CountedFlow(10, 5070);
  private final CountedFlow backend = new CountedFlow(31, 5060);
  private final MinimalProxy relay = new MinimalProxy(table, backend);
  private final SipRequest invite = Samples.request(Samples.INVITE);
  private final SipResponse ok = Samples.response(Samples.OK);
  private final SipWriter branch = new SipWriter(64);
  private final SipRequest[] requests = new SipRequest[SAMPLES];
  private final SipResponse[] responses = new SipResponse[SAMPLES];
  private long stepNs;
  private long number;
  private int turn;

  /** Every response goes back by the flow of its request here, so no other is asked for. */
  private static final class NoWire implements OutboundFlows {
    @Override
    public List<Listener> listeners() {
      return List.of();
    }

    @Override
    public @Nullable Flow flowTo(
        String transport, InetSocketAddress remote, @Nullable Listener preferred) {
      return null;
    }
  }

  /** Brings them up, and keeps copies of some messages whose transactions are alive at the end. */
  @Setup
  public void fill() {
    table.serve(relay);
    stepNs = (LINGER_NS + TimerWheel.TICK_NS) / alive;
    int[] wanted = new SplittableRandom(7).ints(SAMPLES, 0, alive).sorted().toArray();
    for (int i = 0, at = 0; i < alive; i++) {
      call();
      for (; at < SAMPLES && wanted[at] == i; at++) {
        requests[at] = invite.keep();
        responses[at] = ok.keep();
      }
    }
    if (table.servers() != alive || table.clients() != alive || relay.answers() != alive) {
      throw new IllegalStateException(table.servers() + " servers, " + table.clients());
    }
    shuffle();
  }

  // In the order of arrival neighbours would share cache lines.
  private void shuffle() {
    SplittableRandom random = new SplittableRandom(8);
    for (int i = SAMPLES - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      SipRequest request = requests[i];
      SipResponse response = responses[i];
      requests[i] = requests[j];
      responses[i] = responses[j];
      requests[j] = request;
      responses[j] = response;
    }
  }

  private void call() {
    Via top = invite.via();
    branch.clear().put("z9hG4bK").hex(++number, top.branchTo() - top.branchFrom() - 7);
    System.arraycopy(branch.bytes(), 0, invite.bytes(), top.branchFrom(), branch.length());
    table.onRequest(caller, invite);
    Via ours = ok.via();
    branch.clear();
    Branch.write(branch, relay.branch(), 0);
    System.arraycopy(branch.bytes(), 0, ok.bytes(), ours.branchFrom(), branch.length());
    table.onResponse(backend, ok);
  }

  /**
   * INVITE received, 100 sent, INVITE sent, 200 received and sent; and the end of such a pair that
   * has lingered.
   */
  @Benchmark
  public long invitePair() {
    call();
    loop.advance(stepNs);
    return caller.bytes() + backend.bytes();
  }

  /** An INVITE that came again is found among those alive, and absorbed. */
  @Benchmark
  public int findServer() {
    table.onRequest(caller, requests[turn++ & (SAMPLES - 1)]);
    return table.servers();
  }

  /** A 200 that came again is found among those alive, and told. */
  @Benchmark
  public long findClient() {
    table.onResponse(backend, responses[turn++ & (SAMPLES - 1)]);
    return relay.answers();
  }
}

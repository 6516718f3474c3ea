// SPDX-License-Identifier: Apache-2.0
package io.fairlead.bench;

import io.fairlead.observe.Meters;
import io.fairlead.store.AddressOfRecord;
import io.fairlead.store.Binding;
import io.fairlead.store.BindingTable;
import io.fairlead.store.StoreSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Looking up and renewing one of a million bindings, each time another. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class BindingsBenchmark {
  private static final int USERS = 1_000_000;
  private static final int ASKED = 1 << 17;
  private static final long NOW_MS = 1_800_000_000_000L;

  private final AddressOfRecord[] asked = new AddressOfRecord[ASKED];
  private final Binding[] renewals = new Binding[ASKED];
  private final BindingTable table =
      new BindingTable(
          StoreSettings.usual(),
          0,
          NOW_MS,
          List.<Executor>of(Runnable::run, Runnable::run),
          new Meters());
  private int next;

  /** A million users with a device each; some of them are asked for. */
  @Setup
  public void fill() {
    Random random = new Random(1);
    for (int i = 0; i < USERS; i++) {
      table.put(user(i), binding(i));
    }
    for (int i = 0; i < ASKED; i++) {
      asked[i] = user(random.nextInt(USERS));
      renewals[i] = table.of(asked[i], NOW_MS).getFirst();
    }
  }

  private static AddressOfRecord user(int number) {
    return AddressOfRecord.of("u" + (100_000 + number) + "@farm.test");
  }

  private static Binding binding(int number) {
    String contact = "sip:u" + (100_000 + number) + "@192.168.1.10:5060;ob";
    String instance = "urn:uuid:" + new UUID(number * 7919L, number * 31L);
    return new Binding(
        0,
        contact.getBytes(StandardCharsets.US_ASCII),
        1000,
        Binding.NONE,
        new Binding.Device(instance.getBytes(StandardCharsets.US_ASCII), 0, "sipp-phone/1.0"),
        new Binding.Renewal(number, 1, NOW_MS, NOW_MS + 3_600_000),
        new Binding.Origin(
            "public",
            "udp",
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1024 + number % 60_000),
            0,
            true,
            0),
        Binding.Upstream.NOBODY);
  }

  private int turn() {
    next = next + 1 & ASKED - 1;
    return next;
  }

  @Benchmark
  public boolean has() {
    return table.has(asked[turn()], NOW_MS);
  }

  @Benchmark
  public List<Binding> of() {
    return table.of(asked[turn()], NOW_MS);
  }

  @Benchmark
  public long renew() {
    int turn = turn();
    return table.put(asked[turn], renewals[turn]);
  }
}

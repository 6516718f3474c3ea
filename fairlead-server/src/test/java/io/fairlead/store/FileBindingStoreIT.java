// SPDX-License-Identifier: Apache-2.0
package io.fairlead.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.Meters;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed again and again at any moment loses no more than its last second. */
@Order(3)
final class FileBindingStoreIT {
  private static final int LIVES = 12;
  private static final int USERS = 3000;

  @TempDir Path folder;

  @Test
  void killedAtAnyMomentItLosesOnlyTheLastSecond() throws Exception {
    Random random = new Random(5);
    long least = 0;
    for (int life = 0; life < LIVES; life++) {
      Process child = start();
      long killAt = 0;
      try (BufferedReader lines = child.inputReader(StandardCharsets.US_ASCII)) {
        // What it had after its start proves what the one before had left.
        String first = lines.readLine();
        assertThat(first).isNotNull().startsWith("has ");
        assertThat(Long.parseLong(first.substring(4))).isGreaterThanOrEqualTo(least);
        killAt = System.nanoTime() + random.nextLong(300_000_000L, 2_500_000_000L);
        least = killed(child, lines, killAt, Long.parseLong(first.substring(4)));
      } finally {
        child.destroyForcibly();
        child.waitFor();
      }
    }
    assertThat(least).isPositive();
  }

  /** The round that was complete a second before the end. */
  private static long killed(Process child, BufferedReader lines, long killAtNs, long had)
      throws IOException {
    long safe = had;
    boolean killed = false;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      long nowNs = System.nanoTime();
      if (!killed && nowNs < killAtNs - 1_000_000_000L) {
        safe = Long.parseLong(line.substring("round ".length()));
      }
      if (!killed && nowNs >= killAtNs) {
        // Not by the process itself, which would close the pipe before it is read to its end.
        child.toHandle().destroyForcibly();
        killed = true;
      }
    }
    return safe;
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                folder.toString()))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Renews all its bindings round after round, each bearing the number of the round. */
  static final class Child {
    private Child() {}

    @SuppressWarnings("SystemOut") // What the parent reads.
    public static void main(String[] args) {
      BindingTable table =
          new BindingTable(
              StoreSettings.usual(),
              0,
              System.currentTimeMillis(),
              List.of(Runnable::run),
              new Meters());
      table.open(
          new FileBindingStore(
              Path.of(args[0]), StoreSettings.usual(), System::currentTimeMillis, new Meters()));
      long round = lowest(table);
      System.out.println("has " + round);
      while (true) {
        round++;
        for (int user = 0; user < USERS; user++) {
          renew(table, AddressOfRecord.of("u" + user + "@a"), round);
        }
        System.out.println("round " + round);
        LockSupport.parkNanos(20_000_000);
      }
    }

    private static void renew(BindingTable table, AddressOfRecord aor, long round) {
      long nowMs = System.currentTimeMillis();
      List<Binding> known = table.of(aor, nowMs);
      table.put(
          aor,
          new Binding(
              known.isEmpty() ? 0 : known.getFirst().id(),
              aor.bytes(),
              1000,
              new byte[(int) (round % 7) * 20],
              Binding.Device.UNKNOWN,
              new Binding.Renewal(1, round, nowMs, nowMs + 3_600_000),
              new Binding.Origin(
                  "public",
                  "udp",
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), 5060),
                  0,
                  true,
                  0),
              Binding.Upstream.NOBODY));
    }

    /**
     * The last round that reached every user; 0 when one is missing, -1 when one is there twice.
     */
    private static long lowest(BindingTable table) {
      long nowMs = System.currentTimeMillis();
      long lowest = Long.MAX_VALUE;
      for (int user = 0; user < USERS; user++) {
        List<Binding> found = table.of(AddressOfRecord.of("u" + user + "@a"), nowMs);
        if (found.size() > 1) {
          return -1;
        }
        lowest = Math.min(lowest, found.isEmpty() ? 0 : found.getFirst().renewal().cseq());
      }
      return lowest;
    }
  }
}

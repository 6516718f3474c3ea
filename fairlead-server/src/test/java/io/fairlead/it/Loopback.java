// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Loopback addresses with ports that nobody uses. Owned by one test. */
public final class Loopback {
  private static final int LOWEST = 12_000;
  private static final int BOUND = 32_000;
  private static final SplittableRandom PORTS = new SplittableRandom();
  // A lock on a file for each, so that runs side by side never give the same; it ends with the
  // process.
  private static final Map<Integer, FileLock> GIVEN = new HashMap<>();
  private static final Path LEASES =
      Path.of(
          System.getProperty("java.io.tmpdir"),
          "fairlead-ports-" + System.getProperty("user.name"));

  private Loopback() {}

  /** One on 127.0.0.1. */
  public static InetSocketAddress free() {
    return free("127.0.0.1");
  }

  /**
   * A port free for UDP and TCP alike, each time another; so is the one above it, which some phones
   * take for TLS. Below those that the system gives to whoever connects.
   */
  static synchronized InetSocketAddress free(String host) {
    for (int attempt = 0; attempt < 1000; attempt++) {
      int port = LOWEST + 2 * PORTS.nextInt((BOUND - LOWEST) / 2);
      if (!GIVEN.containsKey(port)
          && leased(port)
          && isFree(host, port)
          && isFree(host, port + 1)) {
        return new InetSocketAddress(host, port);
      }
    }
    throw new AssertionError("No free port on " + host);
  }

  // Taken for good: one that is in use has no place among those given either.
  private static boolean leased(int port) {
    try {
      Path file = Files.createDirectories(LEASES).resolve(Integer.toString(port));
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        return false;
      }
      GIVEN.put(port, lock);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isFree(String host, int port) {
    try {
      InetAddress address = InetAddress.getByName(host);
      try (ServerSocket tcp = new ServerSocket(port, 1, address);
          DatagramSocket udp = new DatagramSocket(new InetSocketAddress(address, port))) {
        return tcp.isBound() && udp.isBound();
      }
    } catch (SocketException taken) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code 127.0.0.1:5060} or {@code [::1]:5060}. */
  static String text(InetSocketAddress address) {
    return host(address) + ":" + address.getPort();
  }

  static String host(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    if (ip instanceof Inet6Address) {
      return ip.isLoopbackAddress() ? "[::1]" : "[" + ip.getHostAddress() + "]";
    }
    return ip.getHostAddress();
  }

  /** Waits until a program has the port; asked of the kernel, since a trial would be in the way. */
  static void awaitTaken(TestTransport over, InetSocketAddress address, Process by, String what) {
    boolean taken =
        await(
            Duration.ofSeconds(10),
            () -> !by.isAlive() || taken(over, address.getPort(), by.pid()));
    if (!taken || !by.isAlive()) {
      throw new AssertionError(what + " did not come up on " + text(address));
    }
  }

  // As the program's own network namespace says.
  private static boolean taken(TestTransport over, int port, long pid) {
    String suffix = String.format(Locale.ROOT, ":%04X", port);
    String protocol = over.socket().name().toLowerCase(Locale.ROOT);
    return Stream.of(protocol, protocol + "6")
        .map(table -> Path.of("/proc", Long.toString(pid), "net", table))
        .filter(Files::exists)
        .flatMap(table -> lines(table).stream())
        .map(line -> line.trim().split("\\s+"))
        .anyMatch(column -> column.length > 1 && column[1].endsWith(suffix));
  }

  private static List<String> lines(Path table) {
    try {
      return Files.readAllLines(table);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Looks every 10 ms whether it is so; false when the time is up. */
  static boolean await(Duration limit, BooleanSupplier so) {
    long end = System.nanoTime() + limit.toNanos();
    while (!so.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Datagrams the kernel dropped on the sockets of an address, as {@code /proc/net/udp} tells; 0
 * where there is no such file. Immutable.
 */
final class KernelDrops implements LongSupplier {
  private final Path file;
  private final String local;

  KernelDrops(InetSocketAddress bound) {
    file = Path.of(bound.getAddress() instanceof Inet6Address ? "/proc/net/udp6" : "/proc/net/udp");
    local = hex(bound);
  }

  @Override
  public long getAsLong() {
    if (!Files.isReadable(file)) {
      return 0;
    }
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      return lines.lines().mapToLong(this::drops).sum();
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * The last column of a line about our address: "sl: local remote st queues tr retrnsmt uid
   * timeout inode ref p drops".
   */
  long drops(String line) {
    String[] columns = line.trim().split(" +");
    if (columns.length < 3 || !columns[1].equals(local)) {
      return 0;
    }
    return Long.parseLong(columns[columns.length - 1]);
  }

  /**
   * The kernel prints addresses as words of its own byte order: 127.0.0.1:5060 is 0100007F:13C4.
   */
  static String hex(InetSocketAddress address) {
    ByteBuffer bytes =
        ByteBuffer.wrap(address.getAddress().getAddress()).order(ByteOrder.nativeOrder());
    StringBuilder text = new StringBuilder();
    while (bytes.hasRemaining()) {
      text.append(String.format(Locale.ROOT, "%08X", bytes.getInt()));
    }
    return text.append(String.format(Locale.ROOT, ":%04X", address.getPort())).toString();
  }
}

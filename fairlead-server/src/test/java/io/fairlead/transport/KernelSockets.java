// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What the kernel says of the sockets of this process: found in /proc, asked by getsockopt(2). */
final class KernelSockets {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  private KernelSockets() {}

  /** The byte that marks what is sent, of each socket on that port. */
  static List<Integer> trafficClass(String table, int localPort, boolean ipv6) throws Throwable {
    List<Integer> all = new ArrayList<>();
    for (String inode : inodes(table, localPort)) {
      all.add(option(descriptor(inode), ipv6 ? 41 : 0, ipv6 ? 67 : 1));
    }
    return all;
  }

  private static List<String> inodes(String table, int port) throws IOException {
    String suffix = String.format(Locale.ROOT, ":%04X", port);
    return Files.readAllLines(Path.of("/proc/net", table)).stream()
        .map(line -> line.trim().split("\\s+"))
        .filter(column -> column[1].endsWith(suffix))
        .map(column -> column[9])
        .toList();
  }

  private static int descriptor(String inode) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(fd -> target(fd).equals("socket:[" + inode + "]"))
          .mapToInt(fd -> Integer.parseInt(fd.getFileName().toString()))
          .findFirst()
          .orElseThrow();
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      // Closed since it was listed.
      return "";
    }
  }

  // Restricted: the command line of the tests allows native access.
  @SuppressWarnings("restricted")
  private static int option(int fd, int level, int option) throws Throwable {
    Linker linker = Linker.nativeLinker();
    MethodHandle getsockopt =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("getsockopt"),
            FunctionDescriptor.of(INT, INT, INT, INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(INT);
      MemorySegment length = arena.allocateFrom(INT, Integer.BYTES);
      int result = (int) getsockopt.invokeExact(fd, level, option, value, length);
      return result == 0 ? value.get(INT, 0) : -1;
    }
  }
}

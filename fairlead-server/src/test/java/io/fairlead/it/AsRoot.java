// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands that need root, or sudo that asks for no password; where that or a tool is missing, the
 * test fails and says so. Immutable.
 */
final class AsRoot {
  private AsRoot() {}

  /** The command that does it. */
  static List<String> command(String... words) {
    List<String> whole = new ArrayList<>();
    if (!"root".equals(System.getProperty("user.name"))) {
      whole.addAll(List.of(Program.require("sudo", "sudo"), "-n"));
    }
    whole.addAll(List.of(words));
    return whole;
  }

  /** The command that runs another one in a network namespace. */
  static List<String> in(String namespace, String... words) {
    List<String> whole = command(ip(), "netns", "exec", namespace);
    whole.addAll(List.of(words));
    return whole;
  }

  /** Does it; what it said. */
  static String run(List<String> command) {
    Program program = Program.start("step", Program.directory("step"), command);
    if (program.await(Duration.ofSeconds(20)) != 0) {
      throw new AssertionError(
          String.join(" ", command)
              + " failed: "
              + program.read("output").strip()
              + "\nThis test needs network namespaces and nftables: root (CAP_SYS_ADMIN and"
              + " CAP_NET_ADMIN), for NAT the kernel's nf_conntrack and nft_masq. In a container:"
              + " docker run --privileged.");
    }
    return program.read("output");
  }

  /** Runs {@code ip} of iproute2. */
  static void ip(String... words) {
    List<String> command = command(ip());
    command.addAll(List.of(words));
    run(command);
  }

  /** A network namespace with its loopback. */
  static void makeNamespace(String name) {
    ip("netns", "add", name);
    ip("-n", name, "link", "set", "lo", "up");
  }

  /** The processes in a network namespace. */
  static List<String> pids(String namespace) {
    return run(command(ip(), "netns", "pids", namespace)).lines().toList();
  }

  /** Takes it away, where it is. */
  static void removeNamespace(String name) {
    if (Files.exists(Path.of("/run/netns", name))) {
      ip("netns", "del", name);
    }
  }

  private static String ip() {
    return Program.require("ip", "iproute2");
  }
}

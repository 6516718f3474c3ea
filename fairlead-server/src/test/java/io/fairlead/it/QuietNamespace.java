// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network namespace with nothing but its loopback, on which TCP to and from a port can be dropped
 * without a word. Needs root, or sudo that asks for no password; where that or a tool is missing,
 * the test fails and says so. Owned by one test.
 */
final class QuietNamespace implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Path directory = Program.directory("quiet");
  private final String ip = Program.require("ip", "iproute2");
  private final String nft = Program.require("nft", "nftables");
  private final String name =
      "flq" + Long.toString(ProcessHandle.current().pid(), 36) + COUNT.incrementAndGet();
  private int steps;

  QuietNamespace() {
    try {
      run(List.of(ip, "netns", "add", name));
      run(List.of(ip, "-n", name, "link", "set", "lo", "up"));
    } catch (AssertionError e) {
      close();
      throw e;
    }
  }

  /** The command that runs another one inside. */
  List<String> inside() {
    List<String> command = new ArrayList<>(asRoot());
    command.addAll(List.of(ip, "netns", "exec", name));
    return command;
  }

  /** From now on what goes to this port, or comes from it, is lost. */
  void sever(int port) {
    Path rules = directory.resolve("rules.nft");
    try {
      Files.writeString(
          rules,
          """
          table ip quiet {
            chain in {
              type filter hook input priority filter
              tcp dport %1$d drop
              tcp sport %1$d drop
            }
          }
          """
              .formatted(port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run(List.of(ip, "netns", "exec", name, nft, "-f", rules.toString()));
  }

  /** Ends what {@link #sever} began. */
  void heal() {
    run(List.of(ip, "netns", "exec", name, nft, "delete", "table", "ip", "quiet"));
  }

  private static List<String> asRoot() {
    return "root".equals(System.getProperty("user.name"))
        ? List.of()
        : List.of(Program.require("sudo", "sudo"), "-n");
  }

  private void run(List<String> command) {
    List<String> whole = new ArrayList<>(asRoot());
    whole.addAll(command);
    Path output = directory.resolve("step-" + ++steps);
    try {
      Process process =
          new ProcessBuilder(whole)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (process.waitFor(Duration.ofSeconds(10)) && process.exitValue() == 0) {
        return;
      }
      process.destroyForcibly();
      throw new AssertionError(
          String.join(" ", whole)
              + " failed: "
              + Files.readString(output, StandardCharsets.ISO_8859_1).strip()
              + "\nThis test needs a network namespace and nftables: root (CAP_SYS_ADMIN and"
              + " CAP_NET_ADMIN). In a container: docker run --privileged.");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    if (Files.exists(Path.of("/run/netns", name))) {
      run(List.of(ip, "netns", "del", name));
    }
  }
}

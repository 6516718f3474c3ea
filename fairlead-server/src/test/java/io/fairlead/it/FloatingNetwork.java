// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network namespace with a loopback of its own, to which addresses come later, and a firewall
 * that counts what one address sends and how it is marked. Needs root, or sudo that asks for no
 * password. Owned by one test.
 */
final class FloatingNetwork implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Pattern PACKETS = Pattern.compile("counter packets (\\d+)");

  private final String ip = Program.require("ip", "iproute2");
  private final String nft = Program.require("nft", "nftables");
  private final String name =
      "flf" + Long.toString(ProcessHandle.current().pid(), 36) + COUNT.incrementAndGet();

  FloatingNetwork() {
    run(root(ip, "netns", "add", name));
    run(root(ip, "-n", name, "link", "set", "lo", "up"));
  }

  /** The command that runs another one there. */
  List<String> inside() {
    return root(ip, "netns", "exec", name);
  }

  /** From now on the address is there. */
  void bring(String address) {
    run(root(ip, "-n", name, "addr", "add", address + "/32", "dev", "lo"));
  }

  /** Begins to count what leaves from the address, with that mark and with another. */
  void count(String source, int dscp) {
    String from = "ip saddr " + source + " ip dscp ";
    nft("add table ip count");
    nft("add chain ip count out { type filter hook output priority 0; }");
    nft("add rule ip count out " + from + dscp + " counter");
    nft("add rule ip count out " + from + "!= " + dscp + " counter");
  }

  /** Packets so far: those with the mark, those without. */
  List<Long> counted() {
    Matcher packets = PACKETS.matcher(nft("list table ip count"));
    List<Long> all = new ArrayList<>();
    while (packets.find()) {
      all.add(Long.valueOf(packets.group(1)));
    }
    return all;
  }

  private String nft(String words) {
    List<String> command = inside();
    command.addAll(List.of(nft, words));
    return run(command);
  }

  private static List<String> root(String... command) {
    List<String> whole = new ArrayList<>();
    if (!"root".equals(System.getProperty("user.name"))) {
      whole.addAll(List.of(Program.require("sudo", "sudo"), "-n"));
    }
    whole.addAll(List.of(command));
    return whole;
  }

  private static String run(List<String> command) {
    Program program = Program.start("step", Program.directory("floating"), command);
    if (program.await(Duration.ofSeconds(10)) != 0) {
      throw new AssertionError(
          String.join(" ", command)
              + " failed: "
              + program.read("output").strip()
              + "\nThis test needs network namespaces and nftables: root. In a container:"
              + " docker run --privileged.");
    }
    return program.read("output");
  }

  @Override
  public void close() {
    if (Files.exists(Path.of("/run/netns", name))) {
      run(root(ip, "netns", "del", name));
    }
  }
}

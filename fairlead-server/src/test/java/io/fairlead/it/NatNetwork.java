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
 * Three network namespaces: a home with a phone, a router that masquerades and forgets silent UDP
 * soon, and the outside. Needs root, or sudo that asks for no password; where that or a tool is
 * missing, the test fails and says so. Owned by one test.
 */
final class NatNetwork implements AutoCloseable {
  /** Where Fairlead listens. */
  static final String OUTSIDE = "203.0.113.10";

  /** Another address there, for callers. */
  static final String CALLER = "203.0.113.11";

  /** The phone's, which nobody outside can reach. */
  static final String PHONE = "192.168.77.2";

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Path directory = Program.directory("nat");
  private final String ip = Program.require("ip", "iproute2");
  private final String nft = Program.require("nft", "nftables");
  private final String suffix =
      Long.toString(ProcessHandle.current().pid(), 36) + COUNT.incrementAndGet();
  private final String home = "flh" + suffix;
  private final String router = "flr" + suffix;
  private final String outside = "flo" + suffix;
  private int steps;

  /**
   * @param udpTimeout seconds after which the router forgets a UDP flow without packets
   */
  NatNetwork(int udpTimeout) {
    try {
      build(udpTimeout);
    } catch (AssertionError e) {
      close();
      throw e;
    }
  }

  private void build(int udpTimeout) {
    for (String each : List.of(home, router, outside)) {
      ip("netns", "add", each);
      ip("-n", each, "link", "set", "lo", "up");
    }
    // veth pairs are made inside, so no interface is ever seen in the machine's own namespace.
    ip("-n", home, "link", "add", "h0", "type", "veth", "peer", "name", "in0", "netns", router);
    ip("-n", router, "link", "add", "out0", "type", "veth", "peer", "name", "o0", "netns", outside);
    up(home, "h0", PHONE);
    up(router, "in0", "192.168.77.1");
    up(router, "out0", "203.0.113.1");
    up(outside, "o0", OUTSIDE);
    ip("-n", outside, "addr", "add", CALLER + "/24", "dev", "o0");
    ip("-n", home, "route", "add", "default", "via", "192.168.77.1");
    masquerade();
    tune("ipv4/ip_forward", 1);
    tune("netfilter/nf_conntrack_udp_timeout", udpTimeout);
    tune("netfilter/nf_conntrack_udp_timeout_stream", udpTimeout);
  }

  private void up(String namespace, String device, String address) {
    ip("-n", namespace, "addr", "add", address + "/24", "dev", device);
    ip("-n", namespace, "link", "set", device, "up");
  }

  private void masquerade() {
    Path rules = directory.resolve("rules.nft");
    try {
      Files.writeString(
          rules,
          """
          table ip home {
            chain out {
              type nat hook postrouting priority srcnat
              oifname "out0" masquerade
            }
            chain in {
              type filter hook input priority filter
              iifname "out0" drop
            }
            chain through {
              type filter hook forward priority filter
              iifname "out0" ct state new drop
            }
          }
          """);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    inRouter(nft, "-f", rules.toString());
  }

  private void tune(String key, int value) {
    inRouter("sh", "-c", "echo " + value + " >/proc/sys/net/" + key);
  }

  /** The command that runs another one at the phone's place. */
  List<String> home() {
    return in(home);
  }

  /** The command that runs another one at Fairlead's place. */
  List<String> outside() {
    return in(outside);
  }

  private List<String> in(String namespace) {
    List<String> command = new ArrayList<>(asRoot());
    command.addAll(List.of(ip, "netns", "exec", namespace));
    return command;
  }

  private void inRouter(String... command) {
    List<String> whole = in(router);
    whole.addAll(List.of(command));
    run(whole);
  }

  private void ip(String... arguments) {
    List<String> command = new ArrayList<>(asRoot());
    command.add(ip);
    command.addAll(List.of(arguments));
    run(command);
  }

  private static List<String> asRoot() {
    return "root".equals(System.getProperty("user.name"))
        ? List.of()
        : List.of(Program.require("sudo", "sudo"), "-n");
  }

  private void run(List<String> command) {
    String file = "step-" + ++steps;
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve(file).toFile())
              .start();
      if (process.waitFor(Duration.ofSeconds(10)) && process.exitValue() == 0) {
        return;
      }
      process.destroyForcibly();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new AssertionError(
        String.join(" ", command)
            + " failed: "
            + read(file).strip()
            + "\nThe NAT tests need network namespaces and nftables: root (CAP_SYS_ADMIN and"
            + " CAP_NET_ADMIN), the kernel's nf_conntrack and nft_masq. In a container: docker run"
            + " --privileged.");
  }

  private String read(String file) {
    try {
      return Files.readString(directory.resolve(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() {
    for (String each : List.of(home, router, outside)) {
      if (Files.exists(Path.of("/run/netns", each))) {
        ip("netns", "del", each);
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Three network namespaces: a home with a phone, a router that masquerades and forgets silent UDP
 * soon, and the outside. Made {@link AsRoot}. Owned by one test.
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
  private final String nft = Program.require("nft", "nftables");
  private final String suffix =
      Long.toString(ProcessHandle.current().pid(), 36) + COUNT.incrementAndGet();
  private final String home = "flh" + suffix;
  private final String router = "flr" + suffix;
  private final String outside = "flo" + suffix;

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
      AsRoot.makeNamespace(each);
    }
    // veth pairs are made inside, so no interface is ever seen in the machine's own namespace.
    AsRoot.ip(
        "-n", home, "link", "add", "h0", "type", "veth", "peer", "name", "in0", "netns", router);
    AsRoot.ip(
        "-n", router, "link", "add", "out0", "type", "veth", "peer", "name", "o0", "netns",
        outside);
    up(home, "h0", PHONE);
    up(router, "in0", "192.168.77.1");
    up(router, "out0", "203.0.113.1");
    up(outside, "o0", OUTSIDE);
    AsRoot.ip("-n", outside, "addr", "add", CALLER + "/24", "dev", "o0");
    AsRoot.ip("-n", home, "route", "add", "default", "via", "192.168.77.1");
    masquerade();
    tune("ipv4/ip_forward", 1);
    tune("netfilter/nf_conntrack_udp_timeout", udpTimeout);
    tune("netfilter/nf_conntrack_udp_timeout_stream", udpTimeout);
  }

  private void up(String namespace, String device, String address) {
    AsRoot.ip("-n", namespace, "addr", "add", address + "/24", "dev", device);
    AsRoot.ip("-n", namespace, "link", "set", device, "up");
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
    return AsRoot.in(home);
  }

  /** The command that runs another one at Fairlead's place. */
  List<String> outside() {
    return AsRoot.in(outside);
  }

  private void inRouter(String... command) {
    AsRoot.run(AsRoot.in(router, command));
  }

  @Override
  public void close() {
    for (String each : List.of(home, router, outside)) {
      AsRoot.removeNamespace(each);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Network namespaces: two homes behind routers with symmetric NAT (RFC 4787 §4.1: another port for
 * each destination), two phones with addresses of their own, and the place of Fairlead, all on one
 * public network. Made {@link AsRoot}. Owned by one test.
 */
final class SymmetricNatNetwork implements AutoCloseable {
  /** Where Fairlead listens. */
  static final String FAIRLEAD = "203.0.113.10";

  /** Of the phone in either home, which nobody outside can reach. */
  static final String AT_HOME = "192.168.77.2";

  /** The public addresses of the other two phones. */
  static final List<String> PUBLIC = List.of("203.0.113.21", "203.0.113.22");

  private static final String RULES =
      """
      add table ip nat
      add chain ip nat out { type nat hook postrouting priority srcnat; }
      add rule ip nat out oifname "out0" masquerade fully-random
      add chain ip nat in { type filter hook input priority filter; }
      add rule ip nat in iifname "out0" drop
      add chain ip nat through { type filter hook forward priority filter; }
      add rule ip nat through iifname "out0" ct state new drop\
      """;

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String nft = Program.require("nft", "nftables");
  private final String suffix =
      Long.toString(ProcessHandle.current().pid(), 36) + COUNT.incrementAndGet();
  private final List<String> names = new ArrayList<>();
  private final String fairlead = name("f");

  SymmetricNatNetwork() {
    try {
      AsRoot.makeNamespace(fairlead);
      AsRoot.ip("-n", fairlead, "link", "add", "br0", "type", "bridge");
      up(fairlead, "br0", FAIRLEAD);
      for (int i = 0; i < 2; i++) {
        home(i);
        String phone = name("p" + i);
        AsRoot.makeNamespace(phone);
        plug(phone, "p" + i, PUBLIC.get(i));
      }
    } catch (AssertionError e) {
      close();
      throw e;
    }
  }

  private String name(String place) {
    names.add("fls" + place + suffix);
    return names.getLast();
  }

  private void home(int number) {
    String home = name("h" + number);
    String router = name("r" + number);
    AsRoot.makeNamespace(home);
    AsRoot.makeNamespace(router);
    AsRoot.ip(
        "-n", home, "link", "add", "h0", "type", "veth", "peer", "name", "in0", "netns", router);
    up(home, "h0", AT_HOME);
    up(router, "in0", "192.168.77.1");
    plug(router, "r" + number, "203.0.113.3" + number);
    AsRoot.ip("-n", home, "route", "add", "default", "via", "192.168.77.1");
    RULES.lines().forEach(rule -> AsRoot.run(AsRoot.in(router, nft, rule)));
    AsRoot.run(AsRoot.in(router, "sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward"));
  }

  // veth pairs are made inside, so no interface is ever seen in the machine's own namespace.
  private void plug(String namespace, String port, String address) {
    AsRoot.ip(
        "-n", namespace, "link", "add", "out0", "type", "veth", "peer", "name", port, "netns",
        fairlead);
    AsRoot.ip("-n", fairlead, "link", "set", port, "master", "br0", "up");
    up(namespace, "out0", address);
  }

  private static void up(String namespace, String device, String address) {
    AsRoot.ip("-n", namespace, "addr", "add", address + "/24", "dev", device);
    AsRoot.ip("-n", namespace, "link", "set", device, "up");
  }

  /** The command that runs another one at Fairlead's place. */
  List<String> fairlead() {
    return AsRoot.in(fairlead);
  }

  /** The command that runs another one in a home, 0 or 1. */
  List<String> atHome(int number) {
    return AsRoot.in("flsh" + number + suffix);
  }

  /** The command that runs another one at a public phone's place, 0 or 1. */
  List<String> atPublic(int number) {
    return AsRoot.in("flsp" + number + suffix);
  }

  @Override
  public void close() {
    names.forEach(AsRoot::removeNamespace);
  }
}

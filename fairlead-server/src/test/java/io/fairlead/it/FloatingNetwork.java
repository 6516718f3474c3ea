// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network namespace with a loopback of its own, to which addresses come later, and a firewall
 * that counts what one address sends and how it is marked. Made {@link AsRoot}. Owned by one test.
 */
final class FloatingNetwork implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Pattern PACKETS = Pattern.compile("counter packets (\\d+)");

  private final String nft = Program.require("nft", "nftables");
  private final String name =
      "flf" + Long.toString(ProcessHandle.current().pid(), 36) + COUNT.incrementAndGet();

  FloatingNetwork() {
    AsRoot.makeNamespace(name);
  }

  /** The command that runs another one there. */
  List<String> inside() {
    return AsRoot.in(name);
  }

  /** From now on the address is there. */
  void bring(String address) {
    AsRoot.ip("-n", name, "addr", "add", address + "/32", "dev", "lo");
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
    return AsRoot.run(AsRoot.in(name, nft, words));
  }

  @Override
  public void close() {
    AsRoot.removeNamespace(name);
  }
}

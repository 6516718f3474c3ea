// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Three network namespaces: a caller, a relay that forwards, a callee, in IPv4 and IPv6. Made
 * {@link AsRoot}. Owned by one test.
 */
final class OffloadNetwork implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final String nft = Program.require("nft", "nftables");
  private final String suffix =
      Long.toString(ProcessHandle.current().pid(), 36) + COUNT.incrementAndGet();
  private final String caller = "flkc" + suffix;
  private final String relay = "flkr" + suffix;
  private final String callee = "flke" + suffix;

  OffloadNetwork() {
    try {
      for (String each : List.of(caller, relay, callee)) {
        AsRoot.makeNamespace(each);
      }
      join(caller, "c0", "1");
      join(callee, "e0", "2");
      forward(1);
    } catch (AssertionError e) {
      close();
      throw e;
    }
  }

  private void join(String peer, String device, String net) {
    String near = "r" + device;
    AsRoot.ip(
        "-n", peer, "link", "add", device, "type", "veth", "peer", "name", near, "netns", relay);
    AsRoot.ip("-n", peer, "addr", "add", "10.77." + net + ".2/24", "dev", device);
    AsRoot.ip("-n", relay, "addr", "add", "10.77." + net + ".1/24", "dev", near);
    AsRoot.ip("-n", peer, "addr", "add", "fd77:" + net + "::2/64", "dev", device, "nodad");
    AsRoot.ip("-n", relay, "addr", "add", "fd77:" + net + "::1/64", "dev", near, "nodad");
    AsRoot.ip("-n", peer, "link", "set", device, "up");
    AsRoot.ip("-n", relay, "link", "set", near, "up");
    AsRoot.ip("-n", peer, "route", "add", "default", "via", "10.77." + net + ".1");
    AsRoot.ip("-n", peer, "-6", "route", "add", "default", "via", "fd77:" + net + "::1");
  }

  /** Whether the relay's kernel forwards: 0 or 1. */
  void forward(int value) {
    inRelay("sh", "-c", "echo " + value + " >/proc/sys/net/ipv4/ip_forward");
    inRelay("sh", "-c", "echo " + value + " >/proc/sys/net/ipv6/conf/all/forwarding");
  }

  /** Has the caller send without UDP checksums, as IPv4 allows (RFC 768). */
  void sendWithoutChecksum() {
    AsRoot.run(AsRoot.in(caller, nft, "add table ip bare"));
    AsRoot.run(
        AsRoot.in(
            caller, nft, "add chain ip bare out { type filter hook postrouting priority 300; }"));
    AsRoot.run(AsRoot.in(caller, nft, "add rule ip bare out udp checksum set 0"));
  }

  /** The command that runs another one at the caller's place. */
  List<String> atCaller() {
    return AsRoot.in(caller);
  }

  /** The command that runs another one between the two. */
  List<String> atRelay() {
    return AsRoot.in(relay);
  }

  /** The command that runs another one at the callee's place. */
  List<String> atCallee() {
    return AsRoot.in(callee);
  }

  /** Ends all that runs between the two by SIGKILL; with sudo it is not what was started. */
  void killAtRelay() {
    for (String pid : AsRoot.pids(relay)) {
      AsRoot.run(AsRoot.command("kill", "-9", pid));
    }
  }

  /** Runs nft in the relay's namespace; what it said. */
  String nft(String words) {
    return inRelay(nft, words);
  }

  private String inRelay(String... command) {
    return AsRoot.run(AsRoot.in(relay, command));
  }

  /** Starts {@link OffloadProgram} in the relay's namespace, by a command that runs others. */
  Program start(String scene, boolean ipv4, String... by) {
    List<String> command = AsRoot.in(relay, by);
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(OffloadProgram.class.getName());
    command.addAll(List.of(scene, caller, callee));
    for (String net : List.of("1", "2")) {
      boolean first = net.equals("1");
      for (int host : first ? new int[] {2, 1} : new int[] {1, 2}) {
        command.add((ipv4 ? "10.77." + net + "." : "fd77:" + net + "::") + host);
      }
    }
    return Program.start("offload", Program.directory("offload"), new ArrayList<>(command));
  }

  /** Runs a scene to its end; the facts it told, by name. */
  Map<String, String> run(String scene, boolean ipv4, String... by) {
    try (Program program = start(scene, ipv4, by)) {
      int code = program.await(LIMIT);
      String output = program.read("output");
      if (code != 0) {
        throw new AssertionError(scene + " ended with " + code + "\n" + output);
      }
      Map<String, String> facts = new LinkedHashMap<>();
      output
          .lines()
          .filter(line -> line.contains("=") && !line.startsWith("time="))
          .forEach(line ->
              facts.put(
                  line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
      return facts;
    }
  }

  @Override
  public void close() {
    for (String each : List.of(caller, relay, callee)) {
      AsRoot.removeNamespace(each);
    }
  }
}

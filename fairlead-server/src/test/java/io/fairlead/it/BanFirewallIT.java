// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The kernel drops what a banned source sends to Fairlead, and nothing else. */
@Timeout(180)
@Isolated
class BanFirewallIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @TempDir private Path folder;

  private String config(String firewall) {
    return """
    listeners: [ "udp://10.77.1.1:5060", "tcp://10.77.1.1:5060", "udp://[fd77:1::1]:5060" ]
    guard: { bans: { firewall: %s } }
    control: { socket: %s }
    state-dir: %s
    """
        .formatted(firewall, folder.resolve("control/it.sock"), folder.resolve("state"));
  }

  @Test
  void dropsWhatABannedSourceSendsAndNothingElse() throws IOException {
    try (OffloadNetwork network = new OffloadNetwork();
        FairleadProcess fairlead = FairleadProcess.run(config("on"), network.atRelay())) {
      assertThat(answers(network, "10.77.1.1")).isTrue();
      assertThat(answers(network, "fd77:1::1")).isTrue();

      assertThat(says(0, "bans", "add", "10.77.1.2"))
          .contains("10.77.1.2 is banned by an operator");
      assertThat(says(0, "bans", "add", "fd77:1::2", "--time", "2h"))
          .contains("fd77:1:0:0:0:0:0:0/64");
      awaitInKernel(2);

      assertThat(answers(network, "10.77.1.1")).isFalse();
      assertThat(answers(network, "fd77:1::1")).isFalse();
      assertThat(refuses(network, "10.77.1.1")).as("what is not ours passes").isTrue();
      assertThat(connects(network)).isFalse();
      String ruleset = network.nft("list table inet fairlead-bans-5060");
      assertThat(ruleset).contains("flags owner");
      // Both families were dropped there, and counted.
      assertThat(ruleset).containsPattern("@sources4 counter packets [1-9]");
      assertThat(ruleset).containsPattern("@sources6 counter packets [1-9]");

      assertThat(says(0, "bans", "lift", "10.77.1.2")).contains("10.77.1.2 is not banned");
      assertThat(Loopback.await(Duration.ofSeconds(5), () -> answers(network, "10.77.1.1")))
          .isTrue();
      assertThat(connects(network)).isTrue();
      assertThat(answers(network, "fd77:1::1")).isFalse();
      assertThat(fairlead.log()).contains("table fairlead-bans-5060");
    }
  }

  @Test
  void leavesNothingWhenItIsKilledAndBansAgainWhenItIsBack() throws IOException {
    try (OffloadNetwork network = new OffloadNetwork()) {
      try (FairleadProcess _ = FairleadProcess.run(config("auto"), network.atRelay())) {
        assertThat(network.nft("list tables")).doesNotContain("fairlead");
        says(0, "bans", "add", "10.77.1.2");
        awaitInKernel(1);
        assertThat(
                Loopback.await(
                    Duration.ofSeconds(5),
                    () -> folder.resolve("state").resolve("bans").toFile().exists()))
            .isTrue();
        network.killAtRelay();
        assertThat(
                Loopback.await(
                    Duration.ofSeconds(10), () -> !network.nft("list tables").contains("fairlead")))
            .isTrue();
      }
      try (FairleadProcess _ = FairleadProcess.run(config("auto"), network.atRelay())) {
        awaitInKernel(1);
        assertThat(answers(network, "10.77.1.1")).isFalse();
      }
      assertThat(network.nft("list tables")).doesNotContain("fairlead");
    }
  }

  @Test
  void saysOnceWhatIsMissingAndDropsItItself() throws IOException {
    String setpriv = Program.require("setpriv", "util-linux");
    try (OffloadNetwork network = new OffloadNetwork()) {
      List<String> by = new ArrayList<>(network.atRelay());
      by.addAll(List.of(setpriv, "--bounding-set=-net_admin"));
      try (FairleadProcess fairlead = FairleadProcess.run(config("auto"), by)) {
        says(0, "bans", "add", "10.77.1.2");
        says(0, "bans", "add", "10.77.1.3");
        assertThat(
                Loopback.await(
                    Duration.ofSeconds(5), () -> fairlead.log().contains("CAP_NET_ADMIN")))
            .isTrue();

        assertThat(answers(network, "10.77.1.1")).isFalse();
        assertThat(says(0, "bans")).contains("process", "kernel: off: CAP_NET_ADMIN is missing");
        assertThat(fairlead.log().split("CAP_NET_ADMIN", -1)).hasSize(2);
      }
    }
  }

  @Test
  void loadsAHundredThousand() {
    Map<String, String> facts = scene("load");
    assertThat(facts).containsEntry("sources4", "90000").containsEntry("sources6", "10000");
    System.out.println("100 000 bans in the kernel after " + facts.get("loaded in ms") + " ms");
  }

  @Test
  void carriesADecisionOutAtOnce() {
    Map<String, String> facts = scene("decide");
    assertThat(facts).containsKey("worst in ms");
    System.out.println("the slowest of 100 decisions took " + facts.get("worst in ms") + " ms");
  }

  @Test
  void goesOnWhenTheSetIsFull() {
    assertThat(scene("full"))
        .containsEntry(
            "status", "on, 20 bans; the set is full, the rest is dropped by this process")
        .containsEntry("banned", "40")
        .containsEntry("in the kernel", "20")
        .containsEntry("after a lift", "19");
  }

  @Test
  void renewsATimeoutAlsoOfWhatHasJustGone() {
    assertThat(scene("renew")).containsEntry("sources", "2").containsEntry("status", "on, 2 bans");
  }

  @Test
  void takesNetworksOutByTheirRangeAndKeepsNeighboursApart() {
    Map<String, String> facts = scene("networks");
    assertThat(facts.get("outer"))
        .contains("10.9.0.0/16", "255.0.0.0/8")
        .doesNotContain("10.9.2.0", "10.9.3.0");
    assertThat(facts.get("allowed")).contains("10.9.1.0/24");
    assertThat(facts.get("inner")).contains("10.9.2.0/24", "10.9.3.0/24").doesNotContain("/16");
    assertThat(facts.get("not allowed")).doesNotContain("10.9.1.0");
    assertThat(facts.get("last")).contains("10.9.3.0/24").doesNotContain("10.9.2.0");
    assertThat(facts.get("status")).startsWith("on, ");
  }

  private static Map<String, String> scene(String name) {
    try (OffloadNetwork network = new OffloadNetwork()) {
      List<String> command = new ArrayList<>(network.atRelay());
      command.add(ProcessHandle.current().info().command().orElseThrow());
      command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
      command.add(System.getProperty("java.class.path"));
      command.addAll(List.of(BanProgram.class.getName(), name));
      try (Program program = Program.start("bans", Program.directory("bans"), command)) {
        int code = program.await(LIMIT);
        String output = program.read("output");
        assertThat(code).as(output).isZero();
        Map<String, String> facts = new LinkedHashMap<>();
        output
            .lines()
            .filter(line -> line.contains("=") && !line.startsWith("time="))
            .forEach(line ->
                facts.put(
                    line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
        assertThat(facts).as(output).containsEntry("left", "");
        return facts;
      }
    }
  }

  private void awaitInKernel(int bans) {
    assertThat(
            Loopback.await(
                Duration.ofSeconds(10), () -> says(0, "bans").contains("kernel: on, " + bans)))
        .as(says(0, "bans"))
        .isTrue();
  }

  private String says(int code, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--socket", folder.resolve("control/it.sock").toString()));
    try (Program program = FairleadProcess.command(all.toArray(String[]::new))) {
      assertThat(program.await(Duration.ofSeconds(30))).as(program.read("output")).isEqualTo(code);
      return program.read("output");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static boolean answers(OffloadNetwork network, String host) {
    boolean ipv4 = host.indexOf(':') < 0;
    String script =
        """
        import socket
        s = socket.socket(socket.%s, socket.SOCK_DGRAM)
        s.settimeout(2)
        s.bind(("%s", 5099))
        s.sendto(b"OPTIONS sip:x SIP/2.0\\r\\nVia: SIP/2.0/UDP 1.1.1.1;rport;branch=z9hG4bK" + str(id(s)).encode() + b"\\r\\nMax-Forwards: 70\\r\\nFrom: <sip:a@b>;tag=1\\r\\nTo: <sip:a@b>\\r\\nCall-ID: " + str(id(s)).encode() + b"\\r\\nCSeq: 1 OPTIONS\\r\\nContent-Length: 0\\r\\n\\r\\n", ("%s", 5060))
        try:
            s.recv(4000)
            print("answered")
        except OSError:
            print("silence")
        """
            .formatted(ipv4 ? "AF_INET" : "AF_INET6", ipv4 ? "10.77.1.2" : "fd77:1::2", host);
    return atCaller(network, Program.require("python3", "python3"), "-c", script)
        .contains("answered");
  }

  private static boolean connects(OffloadNetwork network) {
    String script =
        "import socket\n"
            + "try:\n  socket.create_connection(('10.77.1.1', 5060), 2); print('connected')\n"
            + "except OSError: print('silence')\n";
    return atCaller(network, Program.require("python3", "python3"), "-c", script)
        .contains("connected");
  }

  private static boolean refuses(OffloadNetwork network, String host) {
    String script =
        "import socket\n"
            + "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.settimeout(2)\n"
            + "s.connect(('"
            + host
            + "', 9))\n"
            + "s.send(b'x')\n"
            + "try:\n"
            + "  s.recv(9)\n"
            + "except ConnectionRefusedError: print('refused')\n"
            + "except OSError: print('silence')\n";
    return atCaller(network, Program.require("python3", "python3"), "-c", script)
        .contains("refused");
  }

  private static String atCaller(OffloadNetwork network, String... words) {
    List<String> command = new ArrayList<>(network.atCaller());
    command.addAll(List.of(words));
    return AsRoot.run(command);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel forwards a stream between two networks; the relay is between them. */
@Timeout(180)
class KernelOffloadIT {
  private static final String NONE = "Forwarded[callerPackets=0";

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void takesAStreamAndGivesItBackWithoutLosingAPacket(boolean ipv4) {
    try (OffloadNetwork network = new OffloadNetwork()) {
      Map<String, String> facts = network.run("handover", ipv4);

      whole(facts);
      assertThat(facts)
          .containsEntry("status", "kernel: on, 0 streams")
          .containsEntry("streams", "kernel: on, 1 streams")
          .containsEntry("relayed before", "100")
          .containsEntry("relayed while offloaded", "0")
          .containsEntry("relayed after", "100")
          .containsEntry("control at the relay", "2")
          .containsEntry("strays at the relay", "10")
          .containsEntry("strays at the callee", "0");
      assertThat(facts.get("read")).isNotNull().doesNotContain(NONE);
      assertThat(network.nft("list tables")).doesNotContain("fairlead");
    }
  }

  @Test
  void leavesAChecksumThatIsNotThereAsItIs() {
    try (OffloadNetwork network = new OffloadNetwork()) {
      network.sendWithoutChecksum();

      Map<String, String> facts = network.run("handover", true);

      whole(facts);
      assertThat(facts).containsEntry("relayed while offloaded", "0");
    }
  }

  private static void whole(Map<String, String> facts) {
    for (String round : new String[] {"first", "again"}) {
      for (String way : new String[] {" caller to callee ", " callee to caller "}) {
        assertThat(facts)
            .containsEntry(round + way + "lost", "0")
            .containsEntry(round + way + "twice", "0")
            .containsEntry(round + way + "from us", "true");
      }
    }
  }

  @Test
  void countsTheSameAsPeersSend() {
    try (OffloadNetwork network = new OffloadNetwork()) {
      Map<String, String> facts = network.run("count", true);

      assertThat(facts).containsEntry("missing in the count", "0");
    }
  }

  @Test
  void takesBackWhatAFirewallStops() {
    try (OffloadNetwork network = new OffloadNetwork()) {
      network.nft("add table inet wall");
      network.nft(
          "add chain inet wall through { type filter hook forward priority 0; policy drop; }");

      Map<String, String> facts = network.run("blocked", true);

      assertThat(facts)
          .containsEntry("relayed after", "100")
          .containsEntry("taken", "false")
          .containsEntry(
              "status after", "kernel: on, 0 streams; a firewall stops it between some addresses");
    }
  }

  @Test
  void saysWhatIsMissing() {
    try (OffloadNetwork network = new OffloadNetwork()) {
      String setpriv = Program.require("setpriv", "util-linux");
      assertThat(network.run("status", true, setpriv, "--bounding-set=-net_admin"))
          .containsEntry("status", "kernel: off: CAP_NET_ADMIN is missing");

      network.forward(0);
      assertThat(network.run("status", true))
          .containsEntry("status", "kernel: off: net.ipv4.ip_forward is 0");
      assertThat(network.run("status", false))
          .containsEntry("status", "kernel: off: net.ipv6.conf.all.forwarding is 0");
    }
  }

  @Test
  void leavesNothingWhenItIsKilledAndReplacesWhatOthersLeft() {
    try (OffloadNetwork network = new OffloadNetwork()) {
      network.nft("add table inet fairlead-30000");
      network.nft("add chain inet fairlead-30000 old");
      try (Program program = network.start("hang", true)) {
        assertThat(
                Loopback.await(
                    Duration.ofSeconds(30), () -> program.read("output").contains("pid=")))
            .isTrue();
        assertThat(network.nft("list tables")).contains("fairlead-30000");
        assertThat(network.nft("list table inet fairlead-30000"))
            .contains("flags owner", "chain relayed4")
            .doesNotContain("chain old");
        // By its own number: with sudo it is not the process that was started.
        String pid = program.read("output").replaceAll("(?s).*pid=(\\d+).*", "$1");
        AsRoot.run(AsRoot.command("kill", "-9", pid));
        program.await(Duration.ofSeconds(10));
      }
      assertThat(network.nft("list tables")).doesNotContain("fairlead");
    }
  }
}

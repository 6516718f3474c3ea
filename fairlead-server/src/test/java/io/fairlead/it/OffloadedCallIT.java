// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two phones on two networks, and Fairlead's kernel between them that forwards their media. */
@Timeout(180)
class OffloadedCallIT {
  private static final int CALLER_HZ = 440;
  private static final int CALLEE_HZ = 1000;
  private static final int CONSOLE = 5555;
  private static final String CONFIG =
      """
      listeners:
        - { name: outside, bind: 'udp://10.77.1.1:5060', network: outside }
        - { name: inside, bind: 'udp://10.77.2.1:5060', network: inside }
      media:
        relay:
          ports: 30000-30099
          address: { outside: 10.77.1.1, inside: 10.77.2.1 }
          kernel: on
      registrars:
        phones: { domains: [ home.test ], users: off }
      routes:
        - { match: { method: REGISTER }, registrar: phones }
        - { match: { location: phones }, to-location: phones, media: relay }
        - { reject: 404 Not Found }
      """;

  @Test
  void forwardsCountsAndGivesBackAtEveryReinvite() {
    try (OffloadNetwork network = new OffloadNetwork();
        FairleadProcess fairlead = FairleadProcess.run(CONFIG, network.atRelay());
        Baresip bob = bob(network)) {
      bob.awaitRegistered();
      try (Baresip alice = alice(network)) {
        bob.hears(CALLER_HZ);
        alice.hears(CALLEE_HZ);
        until(() -> forwards(network), fairlead, "forwarded");
        long heard = bob.heardBytes();
        until(() -> bob.heardBytes() > heard + Tone.RATE, fairlead, "heard while forwarded");

        type(network, "/hold");
        until(() -> !forwards(network), fairlead, "taken back at hold");
        type(network, "/resume");
        until(() -> forwards(network), fairlead, "forwarded again");
        type(network, "/hangup");
        until(() -> fairlead.log().contains("kind=call"), fairlead, "logged");
        alice.awaits("packets:");
        bob.awaits("packets:");

        long[] ofAlice = packets(alice.log());
        long[] ofBob = packets(bob.log());
        assertThat(ofAlice[0]).isGreaterThan(50);
        counted(figure(fairlead.log(), "caller-packets"), ofAlice[0], ofBob[1]);
        counted(figure(fairlead.log(), "callee-packets"), ofBob[0], ofAlice[1]);
      }
      assertThat(forwards(network)).isFalse();
    }
  }

  @Test
  void leavesNothingWhenItIsKilled() {
    try (OffloadNetwork network = new OffloadNetwork()) {
      isKilled(network);
      try (FairleadProcess again = FairleadProcess.run(CONFIG, network.atRelay());
          Baresip bob = bob(network)) {
        bob.awaitRegistered();
        try (Baresip alice = alice(network)) {
          bob.hears(CALLER_HZ);
          alice.hears(CALLEE_HZ);
          until(() -> forwards(network), again, "forwarded");
        }
      }
    }
  }

  private static void isKilled(OffloadNetwork network) {
    try (FairleadProcess fairlead = FairleadProcess.run(CONFIG, network.atRelay());
        Baresip bob = bob(network)) {
      bob.awaitRegistered();
      try (Baresip alice = alice(network)) {
        until(() -> forwards(network), fairlead, "forwarded");
        network.killAtRelay();
        until(() -> !network.nft("list tables").contains("fairlead"), fairlead, "gone");
        alice.kill();
        bob.kill();
      }
    }
  }

  private static Baresip bob(OffloadNetwork network) {
    return Baresip.account("bob", "home.test")
        .says(CALLEE_HZ)
        .by(network.atCallee())
        .start("10.77.2.2:5060", new InetSocketAddress("10.77.2.1", 5060));
  }

  private static Baresip alice(OffloadNetwork network) {
    return Baresip.account("alice", "home.test")
        .says(CALLER_HZ)
        .console(CONSOLE)
        .dials("sip:bob@home.test")
        .by(network.atCaller())
        .start("10.77.1.2:5060", new InetSocketAddress("10.77.1.1", 5060));
  }

  private static boolean forwards(OffloadNetwork network) {
    return network.nft("list ruleset").contains("elements = {");
  }

  private static void type(OffloadNetwork network, String command) {
    String send = "echo '" + command + "' >/dev/udp/127.0.0.1/" + CONSOLE;
    List<String> words = new ArrayList<>(network.atCaller());
    words.addAll(List.of("bash", "-c", send));
    AsRoot.run(words);
  }

  private static void until(BooleanSupplier so, FairleadProcess fairlead, String what) {
    assertThat(Loopback.await(Duration.ofSeconds(15), so))
        .as("%s\n%s", what, fairlead.log())
        .isTrue();
  }

  /** What baresip says it has sent and received. */
  private static long[] packets(String log) {
    Matcher line = Pattern.compile("packets:\\s+(\\d+)\\s+(\\d+)").matcher(log);
    assertThat(line.find()).isTrue();
    return new long[] {Long.parseLong(line.group(1)), Long.parseLong(line.group(2))};
  }

  private static long figure(String log, String key) {
    Matcher found = Pattern.compile(key + "=(\\d+)").matcher(log);
    assertThat(found.find()).as("%s in %s", key, log).isTrue();
    return Long.parseLong(found.group(1));
  }

  // What one sends before his answer has passed is not taken.
  private static void counted(long told, long sent, long received) {
    assertThat(told).isBetween(received, sent);
    assertThat(received).isGreaterThan(sent / 2);
  }
}

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
  // 20 ms of G.711, as they are written down.
  private static final int BYTES_A_PACKET = 320;
  private static final Addresses IPV4 = new Addresses("10.77.1.", "10.77.2.");
  private static final Addresses IPV6 = new Addresses("fd77:1::", "fd77:2::");
  private static final Addresses BOTH = new Addresses("10.77.1.", "fd77:2::");

  /** The networks of caller and callee: what stands before the last number of an address. */
  private record Addresses(String caller, String callee) {
    InetSocketAddress callerSide() {
      return new InetSocketAddress(caller + 1, 5060);
    }

    InetSocketAddress calleeSide() {
      return new InetSocketAddress(callee + 1, 5060);
    }

    String config() {
      return """
      listeners:
        - { name: outside, bind: 'udp://%s', network: outside }
        - { name: inside, bind: 'udp://%s', network: inside }
      media:
        relay:
          ports: 30000-30099
          address: { outside: '%s', inside: '%s' }
          kernel: on
      registrars:
        phones: { domains: [ home.test ], users: off }
      routes:
        - { match: { method: REGISTER }, registrar: phones }
        - { match: { location: phones }, to-location: phones, media: relay }
        - { reject: 404 Not Found }
      """
          .formatted(
              Loopback.text(callerSide()), Loopback.text(calleeSide()), caller + 1, callee + 1);
    }

    Baresip bob(OffloadNetwork network) {
      return Baresip.account("bob", "home.test")
          .says(CALLEE_HZ)
          .by(network.atCallee())
          .start(Loopback.text(new InetSocketAddress(callee + 2, 5060)), calleeSide());
    }

    Baresip alice(OffloadNetwork network) {
      return Baresip.account("alice", "home.test")
          .says(CALLER_HZ)
          .console(CONSOLE)
          .dials("sip:bob@home.test")
          .by(network.atCaller())
          .start(Loopback.text(new InetSocketAddress(caller + 2, 5060)), callerSide());
    }
  }

  @Test
  void forwardsCountsAndGivesBackAtEveryReinvite() {
    try (OffloadNetwork network = new OffloadNetwork();
        FairleadProcess fairlead = FairleadProcess.run(IPV4.config(), network.atRelay());
        Baresip bob = IPV4.bob(network)) {
      bob.awaitRegistered();
      try (Baresip alice = IPV4.alice(network)) {
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
        isCounted(fairlead, alice, bob);
      }
      assertThat(forwards(network)).isFalse();
    }
  }

  @Test
  void forwardsBetweenIpv6Addresses() {
    try (OffloadNetwork network = new OffloadNetwork();
        FairleadProcess fairlead = FairleadProcess.run(IPV6.config(), network.atRelay());
        Baresip bob = IPV6.bob(network)) {
      bob.awaitRegistered();
      try (Baresip alice = IPV6.alice(network)) {
        bob.hears(CALLER_HZ);
        alice.hears(CALLEE_HZ);
        until(() -> forwards(network), fairlead, "forwarded");
        assertThat(network.nft("list ruleset")).contains("fd77:1::2", "fd77:2::2");
        long atBob = bob.heardBytes();
        long atAlice = alice.heardBytes();
        until(() -> bob.heardBytes() > atBob + Tone.RATE, fairlead, "heard while forwarded");
        until(() -> alice.heardBytes() > atAlice + Tone.RATE, fairlead, "heard while forwarded");
        type(network, "/hangup");
        isCounted(fairlead, alice, bob);
      }
      assertThat(forwards(network)).isFalse();
    }
  }

  @Test
  void relaysBetweenIpv4AndIpv6WithoutTheKernel() {
    try (OffloadNetwork network = new OffloadNetwork();
        FairleadProcess fairlead = FairleadProcess.run(BOTH.config(), network.atRelay());
        Baresip bob = BOTH.bob(network)) {
      bob.awaitRegistered();
      try (Baresip alice = BOTH.alice(network)) {
        bob.hears(CALLER_HZ);
        alice.hears(CALLEE_HZ);
        long heard = bob.heardBytes();
        until(() -> bob.heardBytes() > heard + 4L * Tone.RATE, fairlead, "heard on and on");
        assertThat(forwards(network)).isFalse();
        type(network, "/hangup");
        isCounted(fairlead, alice, bob);
      }
    }
  }

  @Test
  void writesWhatTheKernelCountedWhenItIsStopped() {
    try (OffloadNetwork network = new OffloadNetwork();
        FairleadProcess fairlead = FairleadProcess.run(IPV4.config(), network.atRelay());
        Baresip bob = IPV4.bob(network)) {
      bob.awaitRegistered();
      try (Baresip alice = IPV4.alice(network)) {
        bob.hears(CALLER_HZ);
        alice.hears(CALLEE_HZ);
        until(() -> forwards(network), fairlead, "forwarded");
        long heard = bob.heardBytes();
        until(() -> bob.heardBytes() > heard + 4L * Tone.RATE, fairlead, "heard while forwarded");
        long least = bob.heardBytes() / BYTES_A_PACKET;

        assertThat(fairlead.stop()).isZero();

        assertThat(fairlead.log()).contains("ended-by=shutdown", "media=relay");
        assertThat(figure(fairlead.log(), "caller-packets")).isGreaterThanOrEqualTo(least);
        assertThat(figure(fairlead.log(), "callee-packets")).isGreaterThan(least / 2);
        assertThat(network.nft("list tables")).doesNotContain("fairlead");
      }
    }
  }

  @Test
  void leavesNothingWhenItIsKilled() {
    try (OffloadNetwork network = new OffloadNetwork()) {
      isKilled(network);
      try (FairleadProcess again = FairleadProcess.run(IPV4.config(), network.atRelay());
          Baresip bob = IPV4.bob(network)) {
        bob.awaitRegistered();
        try (Baresip alice = IPV4.alice(network)) {
          bob.hears(CALLER_HZ);
          alice.hears(CALLEE_HZ);
          until(() -> forwards(network), again, "forwarded");
        }
      }
    }
  }

  private static void isKilled(OffloadNetwork network) {
    try (FairleadProcess fairlead = FairleadProcess.run(IPV4.config(), network.atRelay());
        Baresip bob = IPV4.bob(network)) {
      bob.awaitRegistered();
      try (Baresip alice = IPV4.alice(network)) {
        until(() -> forwards(network), fairlead, "forwarded");
        network.killAtRelay();
        until(() -> !network.nft("list tables").contains("fairlead"), fairlead, "gone");
        alice.kill();
        bob.kill();
      }
    }
  }

  private static void isCounted(FairleadProcess fairlead, Baresip alice, Baresip bob) {
    until(() -> fairlead.log().contains("kind=call"), fairlead, "logged");
    alice.awaits("packets:");
    bob.awaits("packets:");
    long[] ofAlice = packets(alice.log());
    long[] ofBob = packets(bob.log());
    assertThat(ofAlice[0]).isGreaterThan(50);
    counted(figure(fairlead.log(), "caller-packets"), ofAlice[0], ofBob[1]);
    counted(figure(fairlead.log(), "callee-packets"), ofBob[0], ofAlice[1]);
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

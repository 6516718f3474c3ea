// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code media: auto} between phones behind symmetric NAT, and between phones that need nobody. */
@Timeout(120)
class SymmetricNatIT {
  private static final int CALLER_HZ = 440;
  private static final int CALLEE_HZ = 1000;
  private static final InetSocketAddress FAIRLEAD =
      new InetSocketAddress(SymmetricNatNetwork.FAIRLEAD, 5060);
  private static final String CONFIG =
      """
      listeners: [ 'udp://203.0.113.10:5060' ]
      media:
        relay: { ports: 30000-30099, address: 203.0.113.10, kernel: off }
      registrars:
        phones: { domains: [ home.test ], users: off }
      routes:
        - { match: { method: REGISTER }, registrar: phones }
        - { match: { location: phones }, to-location: phones, media: auto }
        - { reject: 404 Not Found }
      """;

  private static SymmetricNatNetwork network;
  private static FairleadProcess fairlead;

  @BeforeAll
  static void starts() {
    network = new SymmetricNatNetwork();
    fairlead = FairleadProcess.run(CONFIG, network.fairlead());
  }

  @AfterAll
  static void stops() {
    if (fairlead != null) {
      fairlead.close();
    }
    network.close();
  }

  @Test
  void phonesBehindTwoNatsHearEachOther() {
    Baresip.Account alice = phone("alice", network.atHome(0));
    Baresip.Account bob = phone("bob", network.atHome(1)).says(CALLEE_HZ);

    String log =
        talk(alice, bob, List.of(SymmetricNatNetwork.AT_HOME, SymmetricNatNetwork.AT_HOME));

    assertThat(log).contains("media=relay").doesNotContain("one-way");
  }

  @Test
  void phonesOfOneNetworkTalkPastUs() {
    Baresip.Account carol = phone("carol", network.atPublic(0));
    Baresip.Account dave = phone("dave", network.atPublic(1)).says(CALLEE_HZ);

    String log = talk(carol, dave, SymmetricNatNetwork.PUBLIC);

    assertThat(log).doesNotContain("media=relay");
  }

  private static Baresip.Account phone(String user, List<String> by) {
    return Baresip.account(user, "home.test").expires(3600).by(by);
  }

  /** A call in which each hears the other's tone; its line in the log. */
  private static String talk(Baresip.Account caller, Baresip.Account callee, List<String> places) {
    try (Baresip answering = callee.start(places.getLast() + ":5060", FAIRLEAD)) {
      answering.awaitRegistered();
      Baresip.Account dialling = caller.says(CALLER_HZ).dials("sip:" + callee.aor());
      try (Baresip calling = dialling.start(places.getFirst() + ":5060", FAIRLEAD)) {
        answering.hears(CALLER_HZ);
        calling.hears(CALLEE_HZ);
      }
      String user = "to=" + callee.aor();
      assertThat(Loopback.await(Duration.ofSeconds(10), () -> !line(user).isEmpty()))
          .as("%s", fairlead.log())
          .isTrue();
      return line(user);
    }
  }

  private static String line(String to) {
    return fairlead
        .log()
        .lines()
        .filter(each -> each.contains("kind=call") && each.contains(to))
        .findFirst()
        .orElse("");
  }
}

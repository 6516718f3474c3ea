// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Backends by name, with a real DNS server that dies, comes back and changes its mind. */
@Timeout(180)
class NamesIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private final InetSocketAddress address = Loopback.free();

  private FairleadProcess fairlead(DnsProcess dns) {
    return FairleadProcess.run(
        """
        listeners: [ "udp://%s", "tcp://%s" ]
        resolver: { servers: [ "%s" ], stale-ttl: 1s }
        pools:
          farm:
            health: { interval: 1s, timeout: 500ms }
            balance: round-robin
            resolve-interval: 1s
            backends: [ "sip:farm.test" ]
        routes:
          - to: farm
        """
            .formatted(Loopback.text(address), Loopback.text(address), dns.address()));
  }

  private static void await(FairleadProcess fairlead, String log) {
    if (!Loopback.await(SOON, () -> fairlead.log().contains(log))) {
      throw new AssertionError("`" + log + "` did not come\n" + fairlead.log());
    }
  }

  // That the name leads there is told first; calls go there once the name itself is no backend.
  private static void leadsTo(FairleadProcess fairlead, Sipp backend) {
    await(fairlead, place(backend));
    await(fairlead, "backend farm.test:5060 of pool farm: HEALTHY -> DRAINING");
  }

  private static Sipp backend(TestTransport over) {
    return Sipp.play("backend-call").calls(0).over(over).start();
  }

  private Sipp caller(int calls) {
    return Sipp.play("caller-call")
        .to(address)
        .calls(calls)
        .rate(20, Duration.ofMillis(500))
        .start();
  }

  private static String srv(String service, Sipp backend, int weight) {
    return "srv-host="
        + service
        + ".farm.test,fs.farm.test,"
        + backend.address().getPort()
        + ",1,"
        + weight;
  }

  private static final String HOST = "host-record=fs.farm.test,127.0.0.1";

  private static String place(Sipp backend) {
    return "127.0.0.1 port " + backend.address().getPort();
  }

  @Test
  void callsGoOnWhileTheDnsIsDead() {
    try (Sipp one = backend(TestTransport.UDP);
        Sipp two = backend(TestTransport.UDP);
        DnsProcess dns = new DnsProcess(HOST, srv("_sip._udp", one, 1), srv("_sip._udp", two, 1));
        FairleadProcess fairlead = fairlead(dns)) {
      leadsTo(fairlead, one);
      try (Sipp calls = caller(160)) {
        assertThat(Loopback.await(SOON, () -> one.received("INVITE") > 10)).isTrue();
        dns.kill();
        await(fairlead, "the DNS fails");
        long before = one.received("INVITE");
        assertThat(Loopback.await(SOON, () -> one.received("INVITE") > before + 10)).isTrue();
        dns.restart();
        await(fairlead, "the DNS answers again");
        calls.succeeds();
      }
      assertThat(one.received("BYE") + two.received("BYE")).isEqualTo(160);
      assertThat(one.received("BYE")).isBetween(60L, 100L);
    }
  }

  @Test
  void backendsComeAndGoWithTheZone() {
    try (Sipp one = backend(TestTransport.UDP);
        Sipp two = backend(TestTransport.UDP);
        DnsProcess dns = new DnsProcess(HOST, srv("_sip._udp", one, 1));
        FairleadProcess fairlead = fairlead(dns)) {
      leadsTo(fairlead, one);
      try (Sipp calls = caller(100)) {
        assertThat(Loopback.await(SOON, () -> one.received("INVITE") > 10)).isTrue();
        dns.changeTo(HOST, srv("_sip._udp", two, 1));
        await(fairlead, place(two));
        calls.succeeds();
      }
      await(fairlead, "farm.test/127.0.0.1:" + one.address().getPort() + " of pool farm is gone");
      assertThat(one.received("BYE")).isPositive();
      assertThat(two.received("BYE")).isEqualTo(100 - one.received("BYE"));
    }
  }

  @Test
  void takesTheTransportTheDomainAsksFor() {
    try (Sipp udp = backend(TestTransport.UDP);
        Sipp tcp = backend(TestTransport.TCP);
        DnsProcess dns =
            new DnsProcess(
                HOST,
                srv("_sip._udp", udp, 1),
                srv("_sip._tcp", tcp, 1),
                "naptr-record=farm.test,20,10,s,SIP+D2U,,_sip._udp.farm.test",
                "naptr-record=farm.test,10,10,s,SIP+D2T,,_sip._tcp.farm.test");
        FairleadProcess fairlead = fairlead(dns)) {
      leadsTo(fairlead, tcp);
      try (Sipp calls = caller(5)) {
        calls.succeeds();
      }
      assertThat(tcp.received("BYE")).isEqualTo(5);
      assertThat(udp.received("INVITE")).isZero();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.loop.ManualLoop;
import io.fairlead.observe.Meters;
import io.fairlead.sip.SipUri;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cases of RFC 3263 §4, one after the other, with the families of RFC 7984. */
class ServerLocationTest {
  private static final UsableTransport UDP = new UsableTransport("udp", 5060, false, true, true);
  private static final UsableTransport TCP = new UsableTransport("tcp", 5060, false, true, true);
  private static final UsableTransport TLS = new UsableTransport("tls", 5061, true, true, true);

  private final FakeDns dns = new FakeDns();
  private final ManualLoop loop = new ManualLoop();

  private LocateResult locate(List<UsableTransport> offers, DnsSettings settings, String text) {
    Locator locator =
        new Locator(settings, dns, new UsableTransports(offers), Runnable::run, new Meters());
    SipUri uri = new SipUri();
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    assertThat(uri.parse(bytes, 0, bytes.length)).isTrue();
    List<LocateResult> told = new ArrayList<>();
    locator.locate(uri, 7, loop, told::add);
    loop.runCommands();
    assertThat(told).hasSize(1);
    assertThat(locator.known(uri, 7, loop)).as("remembered").isEqualTo(told.getFirst());
    return told.getFirst();
  }

  private String located(String text) {
    return words(locate(List.of(UDP, TCP, TLS), DnsSettings.USUAL, text));
  }

  private static String words(LocateResult located) {
    return switch (located) {
      case LocateResult.Found found ->
          String.join(" ", found.targets().stream().map(ServerLocationTest::words).toList());
      case LocateResult.Failed failed -> failed.why();
      case LocateResult.Pending pending -> "pending";
    };
  }

  private static String words(NextHop target) {
    String host = target.address().getAddress().getHostAddress();
    return String.format(
        Locale.ROOT,
        "%s:%s:%d",
        target.transport(),
        host.indexOf(':') < 0 ? host : '[' + host + ']',
        target.address().getPort());
  }

  private List<String> questions() {
    return dns.asked.stream().map(DnsQuestion::toString).toList();
  }

  @ParameterizedTest
  @CsvSource({
    // §4.1: the transport is named
    "sip:192.0.2.1;transport=tcp, tcp:192.0.2.1:5060",
    "sip:192.0.2.1;transport=tls, tls:192.0.2.1:5061",
    "sips:192.0.2.1;transport=tcp, tls:192.0.2.1:5061",
    "sips:192.0.2.1;transport=udp, sips needs a transport with TLS",
    // no transport, an address
    "sip:192.0.2.1, udp:192.0.2.1:5060",
    "sips:192.0.2.1, tls:192.0.2.1:5061",
    "sip:192.0.2.1:5070, udp:192.0.2.1:5070",
    "sips:[2001:db8::1]:5071, tls:[2001:db8:0:0:0:0:0:1]:5071",
    // a name with a port: addresses only
    "sip:plain.test:5070, udp:10.0.0.1:5070",
    "sip:plain.test:5070;transport=tcp, tcp:10.0.0.1:5070",
    "sips:plain.test:5071, tls:10.0.0.1:5071",
    "sip:srv.test:5060, no address for srv.test",
    // a name with a transport: SRV of that, else addresses
    "sip:srv.test;transport=udp, udp:10.0.0.2:5080 udp:10.0.0.3:5080",
    "sip:srv.test;transport=tcp, tcp:10.0.0.2:5090",
    "sip:srv.test;transport=tls, tls:10.0.0.2:5091",
    "sips:srv.test;transport=tcp, tls:10.0.0.2:5091",
    "sip:plain.test;transport=tcp, tcp:10.0.0.1:5060",
    "sip:plain.test;transport=tls, tls:10.0.0.1:5061",
    // neither: NAPTR
    "sip:naptr.test, tls:10.0.0.2:5091 tcp:10.0.0.2:5090 udp:10.0.0.2:5080 udp:10.0.0.3:5080",
    "sips:naptr.test, tls:10.0.0.2:5091",
    // no NAPTR: SRV of all we speak
    "sip:srv.test, udp:10.0.0.2:5080 udp:10.0.0.3:5080 tcp:10.0.0.2:5090 tls:10.0.0.2:5091",
    "sips:srv.test, tls:10.0.0.2:5091",
    // neither of them: addresses
    "sip:plain.test, udp:10.0.0.1:5060",
    "sips:plain.test, tls:10.0.0.1:5061",
    "sip:PLAIN.Test., udp:10.0.0.1:5060",
    // NAPTR that leads nowhere, or to what we do not speak
    "sip:lost.test, udp:10.0.0.4:5060",
    "sip:sctp.test, udp:10.0.0.5:5060",
    // decidedly not offered
    "sip:closed.test;transport=udp, no address for closed.test",
    "sip:nobody.test, no address for nobody.test",
    // both families take turns
    "sip:both.test:5060, udp:[2001:db8:0:0:0:0:0:1]:5060 udp:10.0.0.6:5060"
        + " udp:[2001:db8:0:0:0:0:0:2]:5060",
    "sip:both.test;transport=tcp, tcp:[2001:db8:0:0:0:0:0:1]:5060 tcp:10.0.0.6:5060"
        + " tcp:[2001:db8:0:0:0:0:0:2]:5060",
    // a broken NAPTR does no harm, a broken SRV does
    "sip:naptr-broken.test, udp:10.0.0.7:5060",
    "sip:srv-broken.test;transport=udp,"
        + " the look-up of _sip._udp.srv-broken.test failed: no answer in time",
  })
  void findsWhatTheRfcSays(String uri, String expected) {
    dns.host("plain.test", "10.0.0.1")
        .host("a.test", "10.0.0.2")
        .host("b.test", "10.0.0.3")
        .srv("_sip._udp.srv.test", "20 1 5080 b.test", "10 1 5080 a.test")
        .srv("_sip._tcp.srv.test", "1 1 5090 a.test")
        .srv("_sips._tcp.srv.test", "1 1 5091 a.test")
        .naptr(
            "naptr.test",
            "30 1 s SIP+D2U _sip._udp.srv.test",
            "20 2 s SIP+D2T _sip._tcp.srv.test",
            "20 1 s SIPS+D2T _sips._tcp.srv.test",
            "10 1 s SIP+D2S _sip._sctp.srv.test")
        .naptr("lost.test", "1 1 s SIP+D2U _sip._udp.nowhere.test")
        .host("lost.test", "10.0.0.4")
        .naptr("sctp.test", "1 1 s SIP+D2S _sip._sctp.srv.test", "1 2 u E2U+sip _x.test")
        .host("sctp.test", "10.0.0.5")
        .srv("_sip._udp.closed.test", "0 0 0 .")
        .host("closed.test", "10.0.0.6")
        .host("both.test", "10.0.0.6", "2001:db8::1", "2001:db8::2")
        .breaks("naptr-broken.test", DnsRecordType.NAPTR)
        .host("naptr-broken.test", "10.0.0.7")
        .breaks("_sip._udp.srv-broken.test", DnsRecordType.SRV)
        .host("srv-broken.test", "10.0.0.8");

    assertThat(located(uri)).isEqualTo(expected);
  }

  @Test
  void keepsTheDomainThatWasAskedFor() {
    dns.naptr("example.test", "1 1 s SIPS+D2T _sips._tcp.other.test")
        .srv("_sips._tcp.other.test", "1 1 5061 host.third.test")
        .host("host.third.test", "10.0.0.1");

    LocateResult located = locate(List.of(TLS), DnsSettings.USUAL, "sip:Example.test");

    assertThat(located).isInstanceOf(LocateResult.Found.class);
    assertThat(((LocateResult.Found) located).target().domain()).isEqualTo("example.test");
  }

  @Test
  void asksOnlyForWhatItNeeds() {
    dns.host("plain.test", "10.0.0.1");
    located("sip:plain.test:5070");
    assertThat(questions()).containsExactly("AAAA plain.test", "A plain.test");

    dns.asked.clear();
    locate(
        List.of(new UsableTransport("tcp", 5060, false, true, false)),
        DnsSettings.USUAL,
        "sip:plain.test");
    assertThat(questions())
        .containsExactly("NAPTR plain.test", "SRV _sip._tcp.plain.test", "A plain.test");
  }

  @Test
  void leavesOutFamiliesThatNoListenerSpeaks() {
    dns.host("both.test", "10.0.0.6", "2001:db8::1");
    UsableTransport v4 = new UsableTransport("udp", 5060, false, true, false);
    UsableTransport v6 = new UsableTransport("tcp", 5060, false, false, true);

    assertThat(words(locate(List.of(v4, v6), DnsSettings.USUAL, "sip:both.test")))
        .isEqualTo("udp:10.0.0.6:5060");
    assertThat(words(locate(List.of(v4, v6), DnsSettings.USUAL, "sip:both.test;transport=tcp")))
        .isEqualTo("tcp:[2001:db8:0:0:0:0:0:1]:5060");
  }

  @Test
  void putsIpv4FirstWhenToldTo() {
    dns.host("both.test", "10.0.0.6", "2001:db8::1");

    assertThat(
            words(locate(List.of(UDP), TunedDns.preferring(AddressFamily.IPV4), "sip:both.test")))
        .isEqualTo("udp:10.0.0.6:5060 udp:[2001:db8:0:0:0:0:0:1]:5060");
  }

  @Test
  void refusesWhatNoListenerSpeaks() {
    assertThat(words(locate(List.of(UDP), DnsSettings.USUAL, "sips:a.test")))
        .isEqualTo("no listener speaks TLS");
    assertThat(words(locate(List.of(UDP), DnsSettings.USUAL, "sip:a.test;transport=tcp")))
        .isEqualTo("no listener speaks tcp");
    assertThat(dns.asked).isEmpty();
  }

  @Test
  void offersNoMoreThanAFewTargets() {
    String[] many = new String[40];
    for (int i = 0; i < many.length; i++) {
      many[i] = "1 1 5060 h" + i + ".test";
      dns.host("h" + i + ".test", "10.0.1." + i);
    }
    dns.srv("_sip._udp.many.test", many);

    assertThat(located("sip:many.test;transport=udp").split(" "))
        .hasSize(ServerCandidates.MAX_TARGETS);
  }
}

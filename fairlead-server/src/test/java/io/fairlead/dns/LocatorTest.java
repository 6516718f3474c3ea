// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.fairlead.dns.LocateResult.Failed;
import io.fairlead.dns.LocateResult.Found;
import io.fairlead.dns.LocateResult.Pending;
import io.fairlead.loop.ManualLoop;
import io.fairlead.observe.Meters;
import io.fairlead.sip.SipUri;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is known at once, what is waited for, and for how long. */
class LocatorTest {
  private final FakeDns dns = new FakeDns();
  private final ManualLoop loop = new ManualLoop();
  private final List<LocateResult> told = new ArrayList<>();
  private final ArrayDeque<Runnable> held = new ArrayDeque<>();
  private boolean slow;
  private final Locator locator =
      new Locator(
          DnsSettings.USUAL,
          dns,
          new UsableTransports(
              List.of(
                  new UsableTransport("udp", 5060, false, true, true),
                  new UsableTransport("tcp", 5060, false, true, true))),
          this::elsewhere,
          new Meters());

  private void elsewhere(Runnable task) {
    if (slow) {
      held.add(task);
    } else {
      task.run();
    }
  }

  private static SipUri uri(String text) {
    SipUri uri = new SipUri();
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    assertThat(uri.parse(bytes, 0, bytes.length)).isTrue();
    return uri;
  }

  private LocateResult known(String text) {
    return locator.known(uri(text), 1, loop);
  }

  private void locate(String text) {
    locator.locate(uri(text), 1, loop, told::add);
  }

  private static LocateResult found(String transport, String address, int port) {
    return found(transport, address, port, null);
  }

  private static LocateResult found(
      String transport, String address, int port, @Nullable String domain) {
    return new Found(new NextHop(transport, new InetSocketAddress(address, port), domain));
  }

  @ParameterizedTest
  @CsvSource({
    "sip:192.0.2.1, udp, 192.0.2.1, 5060",
    "sip:alice@192.0.2.1:5080;transport=TCP;lr, tcp, 192.0.2.1, 5080",
    "sip:192.0.2.1;transport=udp;maddr=10.0.0.1, udp, 192.0.2.1, 5060",
    "sip:bob@[2001:db8::1]:5061, udp, 2001:db8::1, 5061",
    "sip:[::ffff:192.0.2.1], udp, 192.0.2.1, 5060",
  })
  void findsAddressesAtOnce(String uri, String transport, String address, int port) {
    LocateResult expected = found(transport, address, port);

    locate(uri);
    assertThat(told).containsExactly(expected);
    assertThat(known(uri)).isEqualTo(expected);
    assertThat(dns.asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "sips:192.0.2.1, no listener speaks TLS",
    "sip:192.0.2.1;transport=tls, no listener speaks TLS",
    "sip:192.0.2.1;transport=sctp, no listener speaks sctp",
    "tel:+4930123, the URI is neither sip nor sips",
    "sip:127.1, the host is neither an address nor a name",
    "sip:1, the host is neither an address nor a name",
    "sip:1.2.3.4.5, the host is neither an address nor a name",
    "sip:0x7f000001, the host is neither an address nor a name",
    "sip:example.0, the host is neither an address nor a name",
    "sip:., the host is neither an address nor a name",
    "sip:[1::2::3], the host is neither an address nor a name",
  })
  void failsAtOnceOnWhatCannotBeReached(String uri, String why) {
    locate(uri);

    assertThat(told).containsExactly(new Failed(why));
    assertThat(dns.asked).isEmpty();
  }

  @Test
  void tellsLiteralsApart() {
    assertThat(known("sip:192.0.2.1:5060")).isEqualTo(found("udp", "192.0.2.1", 5060));
    assertThat(known("sip:192.0.2.1:5061")).isEqualTo(found("udp", "192.0.2.1", 5061));
    assertThat(known("sip:192.0.2.1:5061;transport=tcp"))
        .isEqualTo(found("tcp", "192.0.2.1", 5061));
    assertThat(known("sip:192.0.2.1:5061")).isEqualTo(found("udp", "192.0.2.1", 5061));
  }

  @Test
  void keepsMoreLiteralsThanItsTableHolds() {
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 5000; i++) {
        String address = "10.0." + i / 256 + "." + i % 256;
        assertThat(known("sip:" + address)).isEqualTo(found("udp", address, 5060));
      }
    }
  }

  @Test
  void looksUpANameOffTheLoop() {
    dns.host("gw.test", "192.0.2.9");
    slow = true;
    assertThat(known("sip:gw.test:5070")).isEqualTo(Pending.PENDING);
    assertThat(dns.asked).isEmpty();

    locate("sip:1@GW.test.:5070;transport=tcp");
    assertThat(told).isEmpty();
    held.forEach(Runnable::run);
    loop.runCommands();

    assertThat(told).containsExactly(found("tcp", "192.0.2.9", 5070, "gw.test"));
    assertThat(known("sip:gw.test:5080")).isEqualTo(found("udp", "192.0.2.9", 5080, "gw.test"));
    assertThat(loop.timers().size()).isZero();
  }

  @Test
  void looksAgainAfterTheLifetime() {
    dns.host("gw.test", "192.0.2.9").ttl = Duration.ofSeconds(30);
    locate("sip:gw.test:5060");
    loop.runCommands();
    dns.host("gw.test", "192.0.2.10");
    loop.advance(Duration.ofSeconds(29));
    assertThat(known("sip:gw.test:5060")).isEqualTo(found("udp", "192.0.2.9", 5060, "gw.test"));

    loop.advance(Duration.ofSeconds(1));
    assertThat(known("sip:gw.test:5060")).isEqualTo(Pending.PENDING);
    locate("sip:gw.test:5060");
    loop.runCommands();
    assertThat(told.getLast()).isEqualTo(found("udp", "192.0.2.10", 5060, "gw.test"));
  }

  @Test
  void givesUpWaitingButUsesALateAnswer() {
    dns.host("slow.test", "192.0.2.9");
    slow = true;
    locate("sip:slow.test:5060");
    loop.advance(Duration.ofMillis(2100));
    assertThat(told)
        .containsExactly(
            new Failed("the look-up of slow.test failed: the look-up of slow.test took too long"));

    slow = false;
    held.forEach(Runnable::run);
    loop.runCommands();
    assertThat(told).hasSize(1);
    assertThat(known("sip:slow.test:5060")).isEqualTo(found("udp", "192.0.2.9", 5060, "slow.test"));
  }

  @Test
  void aDeadDnsDelaysNobodyWhoKnewTheName() {
    dns.srv("_sip._udp.farm.test", "1 1 5080 a.test").host("a.test", "10.0.0.1");
    dns.ttl = Duration.ofSeconds(10);
    locate("sip:farm.test");
    loop.runCommands();
    LocateResult before = told.getFirst();
    loop.advance(Duration.ofSeconds(11));
    slow = true;
    locate("sip:farm.test");
    loop.advance(Duration.ofSeconds(1));
    assertThat(told).containsExactly(before, before);
    assertThat(known("sip:farm.test")).isEqualTo(before);
    assertThat(known("sip:192.0.2.1")).isEqualTo(found("udp", "192.0.2.1", 5060));
  }

  @Test
  void leadsRequestsOfOneKeyToOneServerAndOthersToAll() {
    dns.srv("_sip._udp.farm.test", "1 50 5060 a.test", "1 50 5060 b.test")
        .host("a.test", "10.0.0.1")
        .host("b.test", "10.0.0.2");
    locate("sip:farm.test");
    loop.runCommands();
    Set<NextHop> firsts = new HashSet<>();
    for (long key = 0; key < 50; key++) {
      LocateResult located = locator.known(uri("sip:farm.test"), key, loop);
      assertThat(locator.known(uri("sip:farm.test"), key, loop)).isEqualTo(located);
      assertThat(((Found) located).targets()).hasSize(2);
      firsts.add(((Found) located).target());
    }
    assertThat(firsts).hasSize(2);
  }

  @Test
  void putsAServerThatFailedLastForAWhile() {
    dns.srv("_sip._udp.farm.test", "1 1 5060 a.test", "2 1 5060 b.test")
        .host("a.test", "10.0.0.1")
        .host("b.test", "10.0.0.2");
    dns.ttl = Duration.ofMinutes(30);
    locate("sip:farm.test");
    loop.runCommands();
    Found found = (Found) told.getFirst();
    locator.failed(found.target(), loop);
    assertThat(((Found) known("sip:farm.test")).targets())
        .containsExactly(found.targets().get(1), found.targets().get(0));

    locator.failed(found.targets().get(1), loop);
    assertThat(known("sip:farm.test")).as("all failed").isEqualTo(found);
    loop.advance(Duration.ofSeconds(30));
    locate("sip:farm.test");
    loop.runCommands();
    assertThat(told).last().isEqualTo(found);
  }

  @Test
  void listsAllServersOfAFarm() {
    dns.naptr("farm.test", "1 1 s SIP+D2T _sip._tcp.farm.test", "2 1 s SIP+D2U _sip._udp.farm.test")
        .srv("_sip._tcp.farm.test", "5 10 5060 a.test", "9 3 5070 b.test")
        .srv("_sip._udp.farm.test", "1 1 5060 a.test")
        .host("a.test", "10.0.0.1", "10.0.0.3")
        .host("b.test", "10.0.0.2");
    dns.ttl = Duration.ofSeconds(20);
    List<LocatedServers> servers = new ArrayList<>();
    locator.servers(uri("sip:farm.test"), loop, servers::add);
    loop.runCommands();

    assertThat(servers).hasSize(1);
    assertThat(servers.getFirst().complete()).isTrue();
    assertThat(servers.getFirst().ttlNs()).isEqualTo(Duration.ofSeconds(20).toNanos());
    assertThat(servers.getFirst().all())
        .containsExactly(
            server(0, 10, "10.0.0.1", 5060),
            server(0, 10, "10.0.0.3", 5060),
            server(1, 3, "10.0.0.2", 5070));
  }

  private static LocatedServers.Server server(int rank, int weight, String address, int port) {
    InetSocketAddress at = new InetSocketAddress(address, port);
    return new LocatedServers.Server(rank, weight, new NextHop("tcp", at, "farm.test"));
  }

  @Test
  void allocatesNothingForWhatItKnows() {
    dns.host("gw.test", "192.0.2.9");
    dns.ttl = Duration.ofMinutes(30);
    locate("sip:gw.test:5070");
    loop.runCommands();
    SipUri literal = uri("sip:alice@192.0.2.1:5062;transport=tcp");
    SipUri name = uri("sip:gw.test:5070");
    Counting counting = new Counting();
    locator.locate(literal, 1, loop, counting);
    locator.locate(name, 1, loop, counting);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long me = Thread.currentThread().threadId();
    long allocated = 0;
    for (int round = 0; round < 3; round++) {
      long before = threads.getThreadAllocatedBytes(me);
      for (int i = 0; i < 10_000; i++) {
        locator.locate(literal, i, loop, counting);
        locator.locate(name, i, loop, counting);
      }
      allocated = threads.getThreadAllocatedBytes(me) - before;
    }

    assertThat(counting.found).isEqualTo(60_002);
    assertThat(allocated).isLessThan(10_000);
  }

  private static final class Counting implements LocatorListener {
    private int found;

    @Override
    public void onLocated(LocateResult located) {
      found += located instanceof Found ? 1 : 0;
    }
  }
}

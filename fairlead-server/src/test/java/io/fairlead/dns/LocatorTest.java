// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dns;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.fairlead.dns.Located.Failed;
import io.fairlead.dns.Located.Found;
import io.fairlead.dns.Located.Pending;
import io.fairlead.sip.SipUri;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocatorTest {
  private final Map<String, String> zone = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  private @Nullable CountDownLatch held;
  private final ManualLoop loop = new ManualLoop();
  private final List<Located> told = new ArrayList<>();
  private Locator locator = new Locator(DnsSettings.USUAL, this::resolve);

  private List<InetAddress> resolve(String host) throws UnknownHostException {
    asked.add(host);
    if (held != null) {
      try {
        held.await();
      } catch (InterruptedException e) {
        throw new UnknownHostException("interrupted");
      }
    }
    String address = zone.get(host);
    if (address == null) {
      throw new UnknownHostException(host);
    }
    return List.of(InetAddress.ofLiteral(address), InetAddress.ofLiteral("203.0.113.99"));
  }

  @AfterEach
  void close() {
    locator.close();
  }

  private static SipUri uri(String text) {
    SipUri uri = new SipUri();
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    assertThat(uri.parse(bytes, 0, bytes.length)).isTrue();
    return uri;
  }

  private Located known(String text) {
    return locator.known(uri(text), loop);
  }

  private void locate(String text) {
    locator.locate(uri(text), loop, told::add);
  }

  private static Located found(String transport, String address, int port) {
    return new Found(new Target(transport, new InetSocketAddress(address, port)));
  }

  @ParameterizedTest
  @CsvSource({
    "sips:192.0.2.1, tls, 192.0.2.1, 5061",
    "sip:192.0.2.1;transport=tls, tls, 192.0.2.1, 5061",
    "sips:192.0.2.1;transport=ws, wss, 192.0.2.1, 443",
    "sip:192.0.2.1;transport=ws, ws, 192.0.2.1, 80",
    "sip:192.0.2.1, udp, 192.0.2.1, 5060",
    "sip:alice@192.0.2.1:5080;transport=TCP;lr, tcp, 192.0.2.1, 5080",
    "sip:192.0.2.1;transport=udp;maddr=10.0.0.1, udp, 192.0.2.1, 5060",
    "sip:bob@[2001:db8::1]:5061, udp, 2001:db8::1, 5061",
    "sip:[::ffff:192.0.2.1], udp, 192.0.2.1, 5060",
  })
  void findsAddressesAtOnce(String uri, String transport, String address, int port) {
    Located expected = found(transport, address, port);

    locate(uri);
    assertThat(told).containsExactly(expected);
    assertThat(known(uri)).isEqualTo(expected);
    assertThat(asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "sip:192.0.2.1;transport=sctp, transport sctp is not available in this version",
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
    assertThat(asked).isEmpty();
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
  void looksUpANameOffTheLoop() throws InterruptedException {
    zone.put("gw.example.com", "192.0.2.9");

    assertThat(known("sip:gw.example.com")).isEqualTo(Pending.PENDING);
    assertThat(asked).isEmpty();
    locate("sip:1@GW.example.com.:5070;transport=tcp");
    assertThat(told).isEmpty();
    loop.runAll();
    loop.advance(Duration.ofSeconds(10));

    assertThat(told).containsExactly(found("tcp", "192.0.2.9", 5070));
    assertThat(asked).containsExactly("gw.example.com");
    assertThat(known("sip:gw.example.com")).isEqualTo(found("udp", "192.0.2.9", 5060));
    assertThat(loop.timers().size()).isZero();
  }

  @Test
  void looksAgainAfterTheTimeToLive() throws InterruptedException {
    zone.put("gw.example.com", "192.0.2.9");
    locate("sip:gw.example.com");
    loop.runAll();
    zone.put("gw.example.com", "192.0.2.10");
    loop.advance(Duration.ofSeconds(29));
    assertThat(known("sip:gw.example.com")).isEqualTo(found("udp", "192.0.2.9", 5060));

    loop.advance(Duration.ofSeconds(1));
    assertThat(known("sip:gw.example.com")).isEqualTo(Pending.PENDING);
    locate("sip:gw.example.com");
    loop.runAll();
    assertThat(told.getLast()).isEqualTo(found("udp", "192.0.2.10", 5060));
  }

  @Test
  void remembersFailuresForAShorterTime() throws InterruptedException {
    Failed failed = new Failed("no address for nobody.example.com");
    locate("sip:nobody.example.com");
    loop.runAll();
    loop.advance(Duration.ofMillis(4900));
    assertThat(known("sip:nobody.example.com")).isEqualTo(failed);

    loop.advance(Duration.ofMillis(100));
    assertThat(known("sip:nobody.example.com")).isEqualTo(Pending.PENDING);
    assertThat(told).containsExactly(failed);
  }

  @Test
  void asksOnceForManyWhoWait() throws InterruptedException {
    zone.put("gw.example.com", "192.0.2.9");
    held = new CountDownLatch(1);
    locate("sip:gw.example.com");
    locate("sip:gw.example.com:5070");
    locate("sip:gw.example.com:5080");
    held.countDown();
    loop.runAll();

    assertThat(asked).containsExactly("gw.example.com");
    assertThat(told)
        .containsExactlyInAnyOrder(
            found("udp", "192.0.2.9", 5060),
            found("udp", "192.0.2.9", 5070),
            found("udp", "192.0.2.9", 5080));
  }

  @Test
  void givesUpWaitingButUsesALateAnswer() throws InterruptedException {
    zone.put("slow.example.com", "192.0.2.9");
    held = new CountDownLatch(1);
    locate("sip:slow.example.com");
    loop.advance(Duration.ofMillis(2100));
    assertThat(told).containsExactly(new Failed("the look-up of slow.example.com took too long"));

    held.countDown();
    loop.runAll();
    assertThat(told).hasSize(1);
    assertThat(known("sip:slow.example.com")).isEqualTo(found("udp", "192.0.2.9", 5060));
  }

  @Test
  void boundsTheLookUpsUnderWay() throws InterruptedException {
    Duration second = Duration.ofSeconds(1);
    locator = new Locator(new DnsSettings(second, second, 10, second, 2), this::resolve);
    held = new CountDownLatch(1);
    locate("sip:a.example.com");
    locate("sip:b.example.com");
    locate("sip:c.example.com");
    assertThat(told)
        .containsExactly(new Failed("too many look-ups under way to look for c.example.com"));

    held.countDown();
    loop.runNext();
    loop.runNext();
    zone.put("c.example.com", "192.0.2.3");
    locate("sip:c.example.com");
    while (told.size() < 4) {
      loop.runNext();
    }
    assertThat(told).contains(found("udp", "192.0.2.3", 5060));
  }

  @Test
  void boundsTheNamesRemembered() throws InterruptedException {
    Duration hour = Duration.ofHours(1);
    Hosts hosts = new Hosts(new DnsSettings(hour, hour, 10, hour, 2), this::resolve);
    for (int i = 0; i < 50; i++) {
      hosts.lookup("h" + i, loop, answer -> told.add(new Failed(answer.why())));
      loop.runAll();
      assertThat(hosts.size()).isBetween(1, 10);
      assertThat(hosts.cached("h" + i, loop.nowNs())).isNotNull();
    }
    assertThat(told).hasSize(50);
    hosts.close();
  }

  @Test
  void survivesAResolverThatBreaks() throws InterruptedException {
    locator =
        new Locator(
            DnsSettings.USUAL,
            host -> {
              throw new IllegalStateException("broken");
            });
    locate("sip:gw.example.com");
    loop.runAll();

    assertThat(told).containsExactly(new Failed("the look-up of gw.example.com failed: broken"));
  }

  @Test
  void allocatesNothingForWhatItKnows() throws InterruptedException {
    zone.put("gw.example.com", "192.0.2.9");
    locate("sip:gw.example.com:5070");
    loop.runAll();
    SipUri literal = uri("sip:alice@192.0.2.1:5062;transport=tcp");
    SipUri name = uri("sip:gw.example.com:5070");
    LocateListener listener = located -> assertThat(located).isNotNull();
    LocateListener counting = new Counting();
    locator.locate(literal, loop, listener);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long me = Thread.currentThread().threadId();
    long allocated = 0;
    for (int round = 0; round < 3; round++) {
      long before = threads.getThreadAllocatedBytes(me);
      for (int i = 0; i < 10_000; i++) {
        locator.locate(literal, loop, counting);
        locator.locate(name, loop, counting);
      }
      allocated = threads.getThreadAllocatedBytes(me) - before;
    }

    assertThat(((Counting) counting).found).isEqualTo(60_000);
    assertThat(allocated).isLessThan(10_000);
  }

  private static final class Counting implements LocateListener {
    private int found;

    @Override
    public void onLocated(Located located) {
      found += located instanceof Found ? 1 : 0;
    }
  }
}

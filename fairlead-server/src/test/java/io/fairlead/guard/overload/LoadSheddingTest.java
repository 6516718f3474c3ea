// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fairlead.guard.EmergencyNumbers;
import io.fairlead.loop.Loop;
import io.fairlead.loop.TimerWheel;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipRequest;
import io.fairlead.sip.SipWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much of new calls a loop refuses, and what it tells. */
class LoadSheddingTest {
  private static final String VIA = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx";

  private static final class QueuedLoop implements Loop {
    private final TimerWheel timers = new TimerWheel(0);
    private long queueMs;
    private long nowMs;

    @Override
    public int index() {
      return 0;
    }

    @Override
    public long nowNs() {
      return Duration.ofMillis(nowMs).toNanos();
    }

    @Override
    public long standingQueueNs() {
      return Duration.ofMillis(queueMs).toNanos();
    }

    @Override
    public TimerWheel timers() {
      return timers;
    }

    @Override
    public boolean inLoop() {
      return true;
    }

    @Override
    public void execute(Runnable command) {
      command.run();
    }
  }

  private final QueuedLoop loop = new QueuedLoop();
  private final LoadShedding shedding =
      new Overload(
              settings(Duration.ofMillis(100)),
              new EmergencyNumbers(List.of("112")),
              () -> 1_800_000_000_007L + loop.nowMs)
          .on(loop);

  private static OverloadSettings settings(@Nullable Duration delay) {
    return new OverloadSettings(delay, Duration.ofSeconds(5), true, Duration.ofMillis(500));
  }

  private static SipRequest request(String method, String uri, String via) {
    return request(method, uri, "sip:c@d", via);
  }

  private static SipRequest request(String method, String uri, String to, String via) {
    String text =
        method
            + " "
            + uri
            + " SIP/2.0\r\n"
            + via
            + "\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\nTo: <"
            + to
            + ">\r\nCall-ID: 1\r\n"
            + "CSeq: 1 "
            + method
            + "\r\nContact: <sip:a@b>\r\nContent-Length: 0\r\n\r\n";
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (new SipParser().parse(bytes, 0, bytes.length) instanceof SipRequest request) {
      assertThat(request.problem()).isNull();
      return request.keep();
    }
    throw new AssertionError(text);
  }

  private static SipRequest invite(String uri) {
    return request("INVITE", uri, VIA);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "99, 0",
    "100, 0",
    "101, 1",
    "125, 25",
    "150, 50",
    "199, 99",
    "200, 100",
    "999, 100"
  })
  void theShareGrowsWithTheQueue(long queueMs, int percent) {
    loop.queueMs = queueMs;
    assertThat(shedding.percent()).isEqualTo(percent);
    int refused = 0;
    for (int i = 0; i < 100; i++) {
      refused += shedding.refuses(invite("sip:c@d")) ? 1 : 0;
    }
    assertThat(refused).isEqualTo(percent);
  }

  @ParameterizedTest
  @CsvSource({
    "INVITE, sip:112@example.com, false",
    "INVITE, sips:+112@example.com, false",
    "INVITE, sip:00112@example.com, false",
    "INVITE, sip:1-1-2;phone-context=example.com@example.com, false",
    "INVITE, sip:%2B112@example.com, false",
    "INVITE, sip:1123@example.com, true",
    "INVITE, sip:11@example.com, true",
    "INVITE, sip:9112@example.com, true",
    "INVITE, sip:example.com, true",
    "MESSAGE, sip:c@d, false",
    "REGISTER, sip:d, false",
    "SUBSCRIBE, sip:c@d, false"
  })
  void callsAreRefusedAndEmergenciesNot(String method, String uri, boolean refused) {
    loop.queueMs = 1000;
    SipRequest asked = request(method, uri, VIA);
    assertThat(shedding.refuses(asked)).isEqualTo(refused);
  }

  @Test
  void noToMakesACallAnEmergency() {
    loop.queueMs = 1000;
    assertThat(shedding.refuses(invite("sip:c@d"))).isTrue();
    assertThat(shedding.refuses(request("INVITE", "sip:c@d", "urn:service:sos", VIA))).isTrue();
  }

  private String told(String via) {
    SipRequest asked = request("INVITE", "sip:c@d", via);
    String text = "SIP/2.0 200 OK\r\nX: ;oc\r\n" + via + "\r\nVia: SIP/2.0/UDP b;oc\r\n\r\nbody";
    byte[] bytes = ("junk" + text).getBytes(StandardCharsets.ISO_8859_1);
    SipWriter changed = shedding.changed(asked, bytes, 4, bytes.length);
    String result = changed == null ? text : changed.toString();
    assertThat(result)
        .startsWith("SIP/2.0 200 OK\r\nX: ;oc\r\n")
        .endsWith("\r\nVia: SIP/2.0/UDP b;oc\r\n\r\nbody");
    return result.split("\r\n")[2];
  }

  @Test
  void writesItIntoTheTopmostViaOfWhoListens() {
    loop.queueMs = 150;
    assertThat(told("Via: SIP/2.0/UDP 192.0.2.1;oc;branch=z9hG4bKx;oc-algo=\"loss,rate\";x"))
        .isEqualTo(
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx;x;oc=50;oc-algo=\"loss\";oc-validity=500;"
                + "oc-seq=1800000000.007");
    assertThat(told("v : SIP / 2.0 / UDP 192.0.2.1:5061 ;branch=z9hG4bKx;oc"))
        .startsWith("v : SIP / 2.0 / UDP 192.0.2.1:5061 ;branch=z9hG4bKx;oc=50;");
    assertThat(told("Via: SIP/2.0/UDP a;branch=z9hG4bKx;oc, SIP/2.0/UDP c;oc"))
        .startsWith("Via: SIP/2.0/UDP a;branch=z9hG4bKx;oc=50;")
        .endsWith(", SIP/2.0/UDP c;oc");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Via: SIP/2.0/UDP a;branch=z9hG4bKx",
        "Via: SIP/2.0/UDP a;branch=z9hG4bKx;oc;oc-algo=\"rate\"",
        "Via: SIP/2.0/UDP a;branch=z9hG4bKx;oc-algo=\"loss\"",
      })
  void tellsOthersNothing(String via) {
    loop.queueMs = 150;
    assertThat(told(via)).isEqualTo(via);
  }

  @Test
  void whatIsToldFallsInHalfASecond() {
    String via = "Via: SIP/2.0/UDP a;branch=z9hG4bKx;oc";
    loop.queueMs = 200;
    assertThat(told(via)).contains(";oc=100;");
    loop.queueMs = 0;
    loop.nowMs = 100;
    assertThat(told(via)).contains(";oc=80;");
    loop.nowMs = 400;
    assertThat(told(via)).contains(";oc=20;");
    loop.nowMs = 500;
    assertThat(told(via)).isEqualTo(via);
  }

  @Test
  void settingsHaveBounds() {
    assertThatThrownBy(() -> settings(Duration.ofMillis(9))).hasMessageContaining("10ms or more");
    Overload overload = new Overload(settings(null), EmergencyNumbers.NONE, () -> 0);
    loop.queueMs = 9000;
    LoadShedding off = overload.on(loop);
    assertThat(off.percent()).isZero();
    overload.reload(settings(Duration.ofMillis(100)), EmergencyNumbers.NONE);
    assertThat(off.percent()).isEqualTo(100);
  }
}

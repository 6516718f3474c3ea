// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.dialog.FlowToken.Verdict;
import io.fairlead.sip.SipWriter;
import io.fairlead.store.Binding;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.CapturedOutboundFlows;
import io.fairlead.transport.Flow;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlowTokenTest {
  private static final String KEY = "a key of thirty-two characters..";
  private final FlowToken token = new FlowToken(CookieKeys.of(List.of(KEY)));

  private String written(Flow flow, int node) {
    SipWriter out = new SipWriter();
    token.write(out, flow, node);
    return out.toString();
  }

  private String written(Binding.Origin origin) {
    SipWriter out = new SipWriter();
    token.write(out, origin);
    return out.toString();
  }

  private static Verdict read(FlowToken reader, String text) {
    byte[] bytes = ("sip:" + text + "@").getBytes(StandardCharsets.ISO_8859_1);
    return reader.read(bytes, 4, bytes.length - 1);
  }

  @Test
  void saysWhatWasWrittenOfADatagramFlow() {
    Flow flow = CapturedFlow.udp("192.0.2.7", 40123);
    assertThat(read(token, written(flow, 0))).isEqualTo(Verdict.VALID);
    assertThat(token.transport()).isEqualTo("udp");
    assertThat(token.remote()).isEqualTo(flow.remote());
    assertThat(token.connection()).isZero();
    assertThat(token.node()).isZero();
  }

  @Test
  void saysWhatWasWrittenOfAConnectionOverIpv6OnAnotherNode() {
    InetSocketAddress remote = new InetSocketAddress("2001:db8::7", 65535);
    String text =
        written(new Binding.Origin("edge", "wss", remote, 0x8123_4567_89ab_cdefL, true, 65000));
    assertThat(read(token, text)).isEqualTo(Verdict.VALID);
    assertThat(token.transport()).isEqualTo("wss");
    assertThat(token.remote()).isEqualTo(remote);
    assertThat(token.connection()).isEqualTo(0x8123_4567_89ab_cdefL);
    assertThat(token.node()).isEqualTo(65000);
  }

  @Test
  void isShortEnoughToBeKeptWithEveryBinding() {
    assertThat(written(CapturedFlow.udp("192.0.2.7", 40123), 0)).hasSize(29);
  }

  @Test
  void findsTheFlowAndItsListener() {
    CapturedOutboundFlows wire = new CapturedOutboundFlows();
    Flow flow = CapturedFlow.udp("192.0.2.7", 40123);
    read(token, written(flow, 0));
    assertThat(token.flow(wire)).isSameAs(wire.flows().getFirst());
    assertThat(wire.flows().getFirst().remote()).isEqualTo(flow.remote());
    assertThat(wire.flows().getFirst().listener()).isEqualTo(flow.listener());
  }

  @Test
  void findsNoFlowWhoseListenerOrConnectionIsGone() {
    CapturedOutboundFlows wire = new CapturedOutboundFlows();
    InetSocketAddress remote = new InetSocketAddress("192.0.2.7", 40123);
    read(token, written(new Binding.Origin("removed", "udp", remote, 0, true, 0)));
    assertThat(token.flow(wire)).isNull();
    read(token, written(new Binding.Origin("tcp:203.0.113.10:5060", "tcp", remote, 77, true, 0)));
    assertThat(token.flow(wire)).isNull();
    assertThat(wire.flows()).isEmpty();
  }

  @Test
  void tellsAnotherUserPartFromAForgedToken() {
    String good = written(CapturedFlow.udp("192.0.2.7", 40123), 3);
    assertThat(read(token, "")).isEqualTo(Verdict.ABSENT);
    assertThat(read(token, "flora")).isEqualTo(Verdict.ABSENT);
    assertThat(read(token, "fl.")).isEqualTo(Verdict.FORGED);
    assertThat(read(token, good + "A")).isEqualTo(Verdict.FORGED);
    assertThat(read(token, good.substring(0, good.length() - 1))).isEqualTo(Verdict.FORGED);
    FlowToken stranger = new FlowToken(CookieKeys.of(List.of("another key of many characters")));
    assertThat(read(stranger, good)).isEqualTo(Verdict.FORGED);
  }

  @Test
  void isReadWithAnOlderKeyToo() {
    String text = written(CapturedFlow.udp("192.0.2.7", 40123), 0);
    FlowToken later = new FlowToken(CookieKeys.of(List.of("the next key, which signs", KEY)));
    assertThat(read(later, text)).isEqualTo(Verdict.VALID);
  }

  @Test
  void neverTakesAChangedOrInventedToken() {
    Random random = new Random(5626);
    String good = written(CapturedFlow.udp("192.0.2.7", 40123), 9);
    for (int i = 0; i < 20_000; i++) {
      char[] changed = good.toCharArray();
      int at = random.nextInt(changed.length);
      changed[at] = (char) (i % 2 == 0 ? random.nextInt(256) : 'A' + random.nextInt(26));
      String text = new String(changed);
      if (!text.equals(good)) {
        assertThat(read(token, text)).as(text).isNotEqualTo(Verdict.VALID);
      }
      byte[] noise = new byte[3 + random.nextInt(80)];
      random.nextBytes(noise);
      System.arraycopy("fl.".getBytes(StandardCharsets.US_ASCII), 0, noise, 0, 3);
      assertThat(token.read(noise, 0, noise.length)).isEqualTo(Verdict.FORGED);
    }
  }
}

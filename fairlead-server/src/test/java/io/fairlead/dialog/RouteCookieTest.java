// SPDX-License-Identifier: Apache-2.0
package io.fairlead.dialog;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.sip.SipMessage;
import io.fairlead.sip.SipParser;
import io.fairlead.sip.SipWriter;
import io.fairlead.transport.CapturedFlow;
import io.fairlead.transport.Flow;
import io.fairlead.transport.Listener;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RouteCookieTest {
  /** A connection with a number. */
  private record Numbered(Listener listener, InetSocketAddress remote, long connection)
      implements Flow {
    @Override
    public void send(byte[] bytes, int from, int to) {}

    @Override
    public boolean open() {
      return true;
    }
  }

  private final RouteCookie cookie =
      new RouteCookie(CookieKeys.of(List.of("a key of thirty-two characters..")));
  private final SipMessage invite = request("abc", "caller");
  private final Flow udp = CapturedFlow.udp("192.0.2.7", 40123);
  private final Flow udp6 = CapturedFlow.udp("2001:db8::7", 5060);
  private final Flow tcp =
      new Numbered(
          CapturedFlow.listener(1, CapturedFlow.TCP),
          new InetSocketAddress("198.51.100.9", 61000),
          0xfedc_ba98_7654_3210L);

  private static SipMessage request(String callId, String fromTag) {
    byte[] bytes =
        ("INVITE sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1\r\n"
                + "From: <sip:alice@example.com>;tag="
                + fromTag
                + "\r\nTo: <sip:bob@example.com>\r\nCall-ID: "
                + callId
                + "\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    return Objects.requireNonNull(new SipParser().parse(bytes, 0, bytes.length));
  }

  private String written(@Nullable Flow caller, @Nullable Flow callee, boolean stateless) {
    SipWriter out = new SipWriter();
    cookie.write(out, invite, -77, side(caller), side(callee), stateless);
    return out.toString();
  }

  private static @Nullable DialogSide side(@Nullable Flow flow) {
    return flow == null ? null : DialogSide.of(flow);
  }

  @Test
  void rememberDevices() {
    Flow caller = CapturedFlow.tcp("192.0.2.7", 40000);
    Flow callee = CapturedFlow.udp("2001:db8::7", 40001);
    byte[] aor = "alice@example.com".getBytes(StandardCharsets.US_ASCII);
    SipWriter out = new SipWriter();
    cookie.write(
        out,
        invite,
        5,
        new DialogSide(caller, new DialogSide.Device(-4711, new byte[0])),
        new DialogSide(callee, new DialogSide.Device(4712, aor)),
        false);

    assertThat(read(out.toString(), invite)).isTrue();
    assertThat(cookie.device(true)).isEqualTo(-4711);
    assertThat(cookie.aor(true)).isEmpty();
    assertThat(cookie.address(true)).isEqualTo(caller.remote());
    assertThat(cookie.device(false)).isEqualTo(4712);
    assertThat(cookie.aor(false)).isEqualTo(aor);
    assertThat(cookie.address(false)).isEqualTo(callee.remote());
  }

  @Test
  void saysWhichFiltersTheDialogHas() {
    for (Flow flow : new Flow[] {null, udp, tcp}) {
      for (int bits : new int[] {0, 1, 0x80, 0xff}) {
        cookie.withFilters(bits);
        assertThat(read(written(flow, flow, true), invite)).isTrue();
        assertThat(cookie.filters()).isEqualTo(bits);
        assertSide(true, flow);
        assertSide(false, flow);
        assertThat(cookie.stateless()).isTrue();
      }
    }
    cookie.withFilters(1);
    written(null, null, false);
    assertThat(read(written(null, null, false), invite)).as("the next one has its own").isTrue();
    assertThat(cookie.filters()).isZero();
  }

  @Test
  void tellsASecondChoiceFromTheWay() {
    Flow flow = CapturedFlow.udp("192.0.2.7", 40000);
    for (boolean caller : new boolean[] {true, false}) {
      SipWriter out = new SipWriter();
      DialogSide spare = new DialogSide(flow, DialogSide.Device.NONE, true);
      cookie.write(out, invite, 5, caller ? spare : null, caller ? null : spare, true);

      assertThat(read(out.toString(), invite)).isTrue();
      assertThat(cookie.hasSpare(caller)).isTrue();
      assertThat(cookie.hasFlow(caller)).isFalse();
      assertThat(cookie.address(caller)).isEqualTo(flow.remote());
      assertThat(cookie.hasSpare(!caller)).isFalse();
      assertThat(cookie.hasFlow(!caller)).isFalse();
      assertThat(cookie.stateless()).isTrue();
    }
    assertThat(read(written(flow, flow, false), invite)).isTrue();
    assertThat(cookie.hasSpare(true)).isFalse();
    assertThat(cookie.hasSpare(false)).isFalse();
  }

  @Test
  void leavesOutAnAddressOfRecordThatIsTooLong() {
    Flow flow = CapturedFlow.udp("192.0.2.7", 40000);
    SipWriter out = new SipWriter();
    DialogSide side =
        new DialogSide(flow, new DialogSide.Device(1, new byte[DialogSide.LONGEST_AOR + 1]));
    cookie.write(out, invite, 5, side, side, false);

    assertThat(read(out.toString(), invite)).isTrue();
    assertThat(cookie.device(true)).isZero();
    assertThat(cookie.address(false)).isEqualTo(flow.remote());
  }

  @Test
  void sealsOverCallIdsOfAnyLength() {
    for (int length : new int[] {1, 200, 240, 241, 242, 248, 249, 256, 300, 5000, 60_000}) {
      RouteCookie fresh =
          new RouteCookie(CookieKeys.of(List.of("a key of thirty-two characters..")));
      SipMessage longOne = request("i".repeat(length), "caller");
      SipWriter out = new SipWriter();
      fresh.write(out, longOne, 3, null, null, false);
      byte[] text = out.copy();
      SipMessage other = request("i".repeat(length) + "i", "caller");

      assertThat(cookie.read(text, 0, text.length, longOne)).as("length " + length).isTrue();
      assertThat(cookie.read(text, 0, text.length, other)).as("length " + length).isFalse();
    }
  }

  private boolean read(String text, SipMessage message) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return cookie.read(bytes, 0, bytes.length, message);
  }

  private void assertSide(boolean caller, @Nullable Flow flow) {
    assertThat(cookie.hasFlow(caller)).isEqualTo(flow != null);
    if (flow != null) {
      assertThat(cookie.transport(caller)).isEqualTo(flow.transport().name());
      assertThat(cookie.address(caller)).isEqualTo(flow.remote());
      assertThat(cookie.connection(caller)).isEqualTo(flow.connection());
    }
  }

  @Test
  void saysWhatWasWrittenOfBothSides() {
    Flow[] flows = {null, udp, udp6, tcp};
    for (int i = 0; i < flows.length; i++) {
      for (int j = 0; j < flows.length; j++) {
        Flow caller = flows[i];
        Flow callee = flows[j];
        String text = written(caller, callee, i == j);
        assertThat(read(text, invite)).isTrue();
        assertSide(true, caller);
        assertSide(false, callee);
        assertThat(cookie.backend()).isEqualTo(-77);
        assertThat(cookie.stateless()).isEqualTo(i == j);
        assertThat(cookie.fromCaller(invite)).isTrue();
        assertThat(cookie.fromCaller(request("abc", "callee"))).isFalse();
      }
    }
  }

  @Test
  void isNoLongerThanBeforeWhereNothingIsNew() {
    assertThat(written(null, null, false)).hasSize(20);
    assertThat(written(udp, null, false)).hasSize(30);
    assertThat(written(udp6, null, true)).hasSize(46);
  }

  /** Written before there was a flow to the callee; calls that live must outlast an upgrade. */
  @Test
  void readsACookieOfTheFirstVersion() {
    assertThat(read("Ef___7OUkgDAAAIHnLvOtwT-vUqPHQ", invite)).isTrue();
    assertSide(true, udp);
    assertSide(false, null);
    assertThat(read("Fv___7OUkgEgAQ24AAAAAAAAAAAAAAAHE8QlvygO_jddcg", invite)).isTrue();
    assertThat(cookie.stateless()).isTrue();
    assertThat(cookie.transport(true)).isEqualTo("tcp");
    assertThat(cookie.address(true)).isEqualTo(udp6.remote());
    assertThat(cookie.connection(true)).isZero();
    assertThat(read("EP___7OUkgCqRm6zxtlW", invite)).isTrue();
    assertSide(true, null);
  }

  @Test
  void takesNoChangedCookieAndNoneOfAnotherCall() {
    Random random = new Random(3261);
    String good = written(udp, tcp, false);
    assertThat(read(good, request("abd", "caller"))).isFalse();
    for (int i = 0; i < 20_000; i++) {
      char[] changed = good.toCharArray();
      changed[random.nextInt(changed.length)] = (char) random.nextInt(256);
      String text = new String(changed);
      assertThat(read(text, invite)).as(text).isEqualTo(text.equals(good));
    }
    assertThat(read("", invite)).isFalse();
    assertThat(read("A".repeat(200), invite)).isFalse();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.guard.hiding;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.dialog.CookieKeys;
import io.fairlead.sip.Edit;
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
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Route sets with proxies on both sides: what leaves, and what comes back. */
class HiddenRoutesTest {
  private static final CookieKeys KEYS = CookieKeys.of(List.of("a key for tests, long enough"));
  private static final Listener OUT = listener(0, "203.0.113.10", "outside");
  private static final Listener IN = listener(1, "10.0.0.10", "inside");
  private static final HidingRules RULES =
      new HidingRules(
          new HidingSettings("outside", false, List.of("10.0.0.0/8"), List.of()), List.of(OUT, IN));
  private static final String WAY_IN =
      "Record-Route: <sip:p1.example;lr>\r\nRecord-Route: <sip:c@10.0.0.10:5060;lr>\r\n";
  private static final String OURS = "Record-Route: <sip:c@203.0.113.10:5060;lr>\r\n";
  private static final String OUTSIDE =
      "Record-Route: <sip:o1@198.51.100.1;lr>, <sip:o2@198.51.100.2;lr>\r\n";

  private static Listener listener(int index, String host, String network) {
    return new Listener(
        index,
        network,
        CapturedFlow.UDP,
        new InetSocketAddress(host, 5060),
        host + ":5060",
        network);
  }

  private static SipMessage parsed(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return Objects.requireNonNull(new SipParser().parse(bytes, 0, bytes.length));
  }

  private static CrossingMessage crossing(SipMessage m) {
    Flow flow = new CapturedFlow(OUT, new InetSocketAddress("198.51.100.7", 5060));
    return new CrossingMessage(RULES, m, flow, new Edit().on(m), false);
  }

  private static String hidden(String text) {
    CrossingMessage x = crossing(parsed(text));
    new HidingWriter(KEYS).end(x);
    return written(x);
  }

  private static String written(CrossingMessage x) {
    SipWriter out = new SipWriter();
    x.edit().write(out);
    return out.toString();
  }

  private static String message(String start, String headers) {
    return start
        + "\r\nVia: SIP/2.0/UDP 203.0.113.10:5060;branch=z9hG4bK1\r\n"
        + headers
        + "From: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com>;tag=2\r\nCall-ID: x\r\n"
        + "CSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n";
  }

  private static List<String> values(String text, String name) {
    return Pattern.compile(name + ": (.*)\r\n")
        .matcher(text)
        .results()
        .map(m -> m.group(1))
        .toList();
  }

  @Test
  void anAnswerShowsOursAndThoseOfTheOutside() {
    String text = hidden(message("SIP/2.0 200 OK", WAY_IN + OURS + OUTSIDE));
    List<String> routes = values(text, "Record-Route");
    assertThat(routes).hasSize(3);
    assertThat(routes.getFirst()).startsWith("<sip:c@203.0.113.10:5060;lr;fl-h=");
    assertThat(routes.subList(1, 3))
        .containsExactly("<sip:o1@198.51.100.1;lr>", "<sip:o2@198.51.100.2;lr>");
    assertThat(text).doesNotContain("p1.example").doesNotContain("10.0.0");

    // As the caller sends it back: reversed, and what is behind ours in the order it is met.
    String route = "Route: " + routes.getFirst() + "\r\n";
    CrossingMessage back = crossing(parsed(message("BYE sip:x@y SIP/2.0", route)));
    assertThat(new HidingReader(KEYS).restore(back)).isTrue();
    assertThat(values(written(back), "Route"))
        .containsExactly(
            "<sip:c@203.0.113.10:5060;lr>,<sip:c@10.0.0.10:5060;lr>,<sip:p1.example;lr>");
  }

  @Test
  void aRequestShowsOursAlone() {
    String inner =
        "Record-Route: <sip:c@10.0.0.10:5060;lr>\r\nRecord-Route: <sip:p1.example;lr>\r\n";
    String text = hidden(message("INVITE sip:x@y SIP/2.0", OURS + inner));
    List<String> routes = values(text, "Record-Route");
    assertThat(routes).hasSize(1);

    String record = "Record-Route: <sip:o@198.51.100.1;lr>\r\nRecord-Route: " + routes.getFirst();
    CrossingMessage back = crossing(parsed(message("SIP/2.0 200 OK", record + "\r\n")));
    assertThat(new HidingReader(KEYS).restore(back)).isTrue();
    assertThat(values(written(back), "Record-Route"))
        .containsExactly(
            "<sip:o@198.51.100.1;lr>",
            "<sip:c@203.0.113.10:5060;lr>",
            "<sip:c@10.0.0.10:5060;lr>",
            "<sip:p1.example;lr>");
  }

  @Test
  void aSealOfOneCallDoesNotOpenInAnother() {
    String text = hidden(message("SIP/2.0 200 OK", WAY_IN + OURS));
    String route = "Route: " + values(text, "Record-Route").getFirst() + "\r\n";
    String other = message("BYE sip:x@y SIP/2.0", route).replace("Call-ID: x", "Call-ID: y");
    assertThat(new HidingReader(KEYS).restore(crossing(parsed(other)))).isFalse();
  }

  @Test
  void oldKeysOpenAndNewOnesSeal() {
    String text = hidden(message("SIP/2.0 200 OK", WAY_IN + OURS));
    String route = "Route: " + values(text, "Record-Route").getFirst() + "\r\n";
    SipMessage bye = parsed(message("BYE sip:x@y SIP/2.0", route));
    CookieKeys renewed =
        CookieKeys.of(List.of("another key, the first now", "a key for tests, long enough"));
    assertThat(new HidingReader(renewed).restore(crossing(bye))).isTrue();
    CookieKeys others = CookieKeys.of(List.of("somebody else's key, long enough"));
    assertThat(new HidingReader(others).restore(crossing(bye))).isFalse();
  }
}

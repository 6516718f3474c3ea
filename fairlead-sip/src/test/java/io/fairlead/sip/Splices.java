// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Forwards as the proxy does, and proves that nothing else has changed. Immutable. */
final class Splices {
  static final InetSocketAddress SOURCE = new InetSocketAddress(address("203.0.113.99"), 39999);
  static final String OUR_VIA = "Via: SIP/2.0/UDP 192.0.2.250:5060;branch=z9hG4bKfairlead";

  private Splices() {}

  static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal, e);
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  static @Nullable SipMessage tryParse(byte[] bytes) {
    return new SipParser().parse(bytes, 0, bytes.length);
  }

  static SipMessage parse(String text) {
    byte[] bytes = bytes(text);
    return Objects.requireNonNull(tryParse(bytes), "no message");
  }

  static SipRequest request(String text) {
    return (SipRequest) parse(text);
  }

  /** Adds a Via, marks the one below, and counts Max-Forwards down. */
  static byte[] forward(SipRequest request) {
    Edit edit = new Edit().on(request);
    SipWriter inserts = edit.insert(request.lineStart(request.via().header())).put(OUR_VIA).line();
    int hops = request.first(HeaderName.MAX_FORWARDS);
    if (hops < 0) {
      inserts.put("Max-Forwards: 70").line();
    } else {
      edit.replace(request.valueStart(hops), request.valueEnd(hops))
          .number(request.maxForwards() - 1L);
    }
    Responses.markVia(edit, request, SOURCE);
    SipWriter out = new SipWriter();
    int length = edit.write(out);
    assertThat(length).isEqualTo(out.length());
    return out.copy();
  }

  /** Every byte of the original stands in the forwarded message, except what had to change. */
  static void assertForwards(SipRequest before) {
    SipRequest after = (SipRequest) Objects.requireNonNull(tryParse(forward(before)));
    assertThat(after.problem()).isNull();
    assertThat(rawLines(after)).isEqualTo(expectedLines(before));
    assertThat(text(after.bytes(), after.headersEnd(), after.end()))
        .as("empty line and body")
        .isEqualTo(text(before.bytes(), before.headersEnd(), before.end()));
    assertThat(after.callId()).isEqualTo(before.callId());
    assertThat(after.cseq()).isEqualTo(before.cseq());
    assertThat(after.hasToTag()).isEqualTo(before.hasToTag());
    assertThat(after.maxForwards())
        .isEqualTo(before.maxForwards() < 0 ? 70 : before.maxForwards() - 1);
    int marked = after.next(HeaderName.VIA, after.first(HeaderName.VIA));
    Via via = new Via();
    assertThat(via.parse(after.bytes(), after.valueStart(marked), after.valueEnd(marked))).isTrue();
    assertThat(via.received()).isEqualTo("203.0.113.99");
    assertThat(via.rport()).isEqualTo(before.via().hasRport() ? 39999 : -1);
  }

  private static List<String> expectedLines(SipRequest before) {
    List<String> lines = rawLines(before);
    int via = before.via().header() + 1;
    int hops = before.first(HeaderName.MAX_FORWARDS);
    lines.set(via, markedVia(before));
    if (hops >= 0) {
      lines.set(
          hops + 1,
          text(before.bytes(), before.lineStart(hops), before.valueStart(hops))
              + (before.maxForwards() - 1)
              + text(before.bytes(), before.valueEnd(hops), before.lineEnd(hops)));
    } else {
      lines.add(via, "Max-Forwards: 70\r\n");
    }
    lines.add(via, OUR_VIA + "\r\n");
    if (!before.has(HeaderName.CONTENT_LENGTH)) {
      lines.add("Content-Length: " + (before.end() - before.bodyStart()) + "\r\n");
    }
    return lines;
  }

  // By text search, not by the offsets under test.
  private static String markedVia(SipRequest before) {
    int i = before.via().header();
    String line = text(before.bytes(), before.lineStart(i), before.lineEnd(i));
    int comma = line.indexOf(',');
    String first = comma < 0 ? line.stripTrailing() : line.substring(0, comma).stripTrailing();
    String rest = line.substring(first.length());
    String marked = first.replaceFirst("(?i);(\\s*)rport(\\s*=\\s*\\d*)?", ";$1rport=39999");
    String replaced =
        marked.replaceFirst("(?i)received(\\s*=\\s*)[^;\\s]+", "received$1203.0.113.99");
    boolean had = marked.toLowerCase(java.util.Locale.ROOT).contains("received");
    return (had ? replaced : marked + ";received=203.0.113.99") + rest;
  }

  /** The start line and each header line with its line break. */
  static List<String> rawLines(SipMessage m) {
    List<String> lines = new ArrayList<>();
    int first = m.headers() > 0 ? m.lineStart(0) : m.headersEnd();
    lines.add(text(m.bytes(), m.start(), first));
    for (int i = 0; i < m.headers(); i++) {
      lines.add(text(m.bytes(), m.lineStart(i), m.lineEnd(i)));
    }
    return lines;
  }
}

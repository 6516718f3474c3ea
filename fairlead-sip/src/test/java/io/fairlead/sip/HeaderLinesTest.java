// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeaderLinesTest {
  private static final String VIA = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa";

  // The Via and Record-Route lines of what leaves.
  private static List<String> split(InetSocketAddress source, String... lines) {
    String text =
        "OPTIONS sip:b@example.com SIP/2.0\r\n"
            + String.join("\r\n", lines)
            + "\r\nFrom: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com>\r\n"
            + "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (!(new SipParser().parse(bytes, 0, bytes.length) instanceof SipRequest request)) {
      throw new AssertionError(text);
    }
    assertThat(request.problem()).isNull();
    Edit edit = new Edit().on(request);
    Responses.markVia(edit, request, source);
    new HeaderLines().split(request, edit);
    SipWriter out = new SipWriter();
    edit.write(out);
    return out.toString().lines().takeWhile(line -> !line.startsWith("From")).skip(1).toList();
  }

  private static List<String> split(String... lines) {
    return split(new InetSocketAddress("192.0.2.1", 5060), lines);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SIP/2.0/UDP b;branch=z9hG4bKb | SIP/2.0/UDP b;branch=z9hG4bKb",
        "SIP/2.0/UDP b , SIP/2.0/TCP [2001:db8::1]:5061 | SIP/2.0/UDP b / SIP/2.0/TCP"
            + " [2001:db8::1]:5061",
        "SIP/2.0/UDP b;x=\"1,2\",SIP/2.0/UDP c,SIP/2.0/UDP d | SIP/2.0/UDP b;x=\"1,2\" /"
            + " SIP/2.0/UDP c / SIP/2.0/UDP d",
        "SIP/2.0/UDP b,what is this, SIP/2.0/UDP d | SIP/2.0/UDP b / what is this, SIP/2.0/UDP d",
        "SIP/2.0/UDP b, | SIP/2.0/UDP b,",
        "what is this, too | what is this, too",
      })
  void eachViaHasALineOfItsOwn(String list, String expected) {
    List<String> lines = Stream.of(expected.split(" / ")).map(via -> "Via: " + via).toList();
    assertThat(split(VIA, "Via: " + list)).containsExactlyElementsOf(lines(VIA, lines));
  }

  private static List<String> lines(String first, List<String> more) {
    return Stream.concat(Stream.of(first), more.stream()).toList();
  }

  @Test
  void whatIsNotedOfTheSenderStandsInTheTopmost() {
    assertThat(
            split(
                new InetSocketAddress("203.0.113.9", 7000),
                "v:SIP/2.0/UDP 192.0.2.1;rport;branch=z9hG4bKa,SIP/2.0/UDP b,\r\n SIP/2.0/UDP c"))
        .containsExactly(
            "v:SIP/2.0/UDP 192.0.2.1;rport=7000;branch=z9hG4bKa;received=203.0.113.9",
            "Via: SIP/2.0/UDP b",
            "Via: SIP/2.0/UDP c");
    assertThat(
            split(
                new InetSocketAddress("203.0.113.9", 7000),
                "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa;rport , SIP/2.0/UDP b"))
        .containsExactly(
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa;rport=7000;received=203.0.113.9",
            "Via: SIP/2.0/UDP b");
  }

  @Test
  void eachRecordRouteHasALineOfItsOwn() {
    assertThat(
            split(
                VIA,
                "Record-Route: <sip:a,b@1.example;lr>,\"x, y\" <sip:2.example;lr>;z ,"
                    + " <sip:3.example>"))
        .containsExactly(
            VIA,
            "Record-Route: <sip:a,b@1.example;lr>",
            "Record-Route: \"x, y\" <sip:2.example;lr>;z",
            "Record-Route: <sip:3.example>");
  }

  @Test
  void linesOfTheirOwnStayAsTheyAre() {
    String[] lines = {
      VIA,
      "v: SIP/2.0/UDP b;branch=z9hG4bKb",
      "Record-Route: <sip:1.example;lr>",
      "X: a, b",
      "record-route : <sip:2.example;x=\",\">",
    };
    assertThat(split(lines)).containsExactly(lines);
  }
}

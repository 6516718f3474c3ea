// SPDX-License-Identifier: Apache-2.0
package io.fairlead.transport.proxyprotocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.transport.proxyprotocol.ProxyHeader.Found;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
  private static final byte[] BEHIND = "\r\n\r\nOPTIONS".getBytes(ISO_8859_1);
  private static final byte[] NOOP = ProxyHeaders.field(4, new byte[40]);
  private static final byte[] SSL = ProxyHeaders.field(0x20, new byte[5]);
  private static final byte[] NO_CHECKSUM = ProxyHeaders.field(3, new byte[4]);

  record Good(String what, byte[] header, @Nullable String source) {}

  static List<Good> good() {
    byte[] any = new byte[36];
    byte[] unix = new byte[216];
    String longest =
        "TCP6 ffff:f111:f222:f333:f444:f555:f666:f777"
            + " ffff:f111:f222:f333:f444:f555:f666:f777 65535 65535";
    return List.of(
        new Good(
            "v1", ProxyHeaders.line("TCP4 192.0.2.7 198.51.100.1 40001 5060"), "192.0.2.7:40001"),
        new Good("v1 0", ProxyHeaders.line("TCP4 192.0.2.7 198.51.100.1 0 0"), "192.0.2.7:0"),
        new Good("v1 6", ProxyHeaders.line("TCP6 2001:db8::7 ::1 65535 1"), "[2001:db8::7]:65535"),
        new Good(
            "v1 longest",
            ProxyHeaders.line(longest),
            "[ffff:f111:f222:f333:f444:f555:f666:f777]:65535"),
        new Good("v1 unknown", ProxyHeaders.line("UNKNOWN"), null),
        new Good("v1 unknown, more", ProxyHeaders.line("UNKNOWN " + "f".repeat(91)), null),
        new Good("v2", ProxyHeaders.tcp("192.0.2.7", 40001, "127.0.0.1", 5060), "192.0.2.7:40001"),
        new Good("v2 6", ProxyHeaders.tcp("2001:db8::7", 7, "::1", 5060), "[2001:db8::7]:7"),
        new Good(
            "v2 fields",
            ProxyHeaders.tcp("192.0.2.7", 1, "127.0.0.1", 2, NOOP, SSL),
            "192.0.2.7:1"),
        new Good(
            "v2 checksum",
            ProxyHeaders.summed(ProxyHeaders.tcp("2001:db8::7", 7, "::1", 5060, NOOP, NO_CHECKSUM)),
            "[2001:db8::7]:7"),
        new Good(
            "v2 long",
            ProxyHeaders.tcp("192.0.2.7", 1, "127.0.0.1", 2, filler(4081)),
            "192.0.2.7:1"),
        new Good("v2 local", ProxyHeaders.block(0x20, 0), null),
        new Good("v2 local, more", ProxyHeaders.block(0x20, 0x11, any), null),
        new Good("v2 unspecified", ProxyHeaders.block(0x21, 0), null),
        new Good("v2 unspecified, more", ProxyHeaders.block(0x21, 0, any), null),
        new Good("v2 datagram", ProxyHeaders.block(0x21, 0x12, new byte[12]), null),
        new Good("v2 unix", ProxyHeaders.block(0x21, 0x31, unix), null),
        new Good("v2 unix, fields", ProxyHeaders.block(0x21, 0x31, unix, NOOP), null));
  }

  private static byte[] filler(int length) {
    return ProxyHeaders.field(4, new byte[length]);
  }

  private static Found read(ProxyHeader header, byte[] bytes, int from, int to) {
    byte[] elsewhere = new byte[bytes.length + 9];
    System.arraycopy(bytes, 0, elsewhere, 5, bytes.length);
    return header.read(elsewhere, from + 5, to + 5);
  }

  private static void expect(Good good, ProxyHeader header, Found found, int consumed) {
    assertThat(found).isEqualTo(good.source == null ? Found.NO_SOURCE : Found.SOURCE);
    assertThat(header.consumed()).isEqualTo(consumed);
    if (good.source == null) {
      assertThat(header.source()).isNull();
    } else {
      int colon = good.source.lastIndexOf(':');
      assertThat(header.source())
          .isEqualTo(
              new InetSocketAddress(
                  InetAddress.ofLiteral(
                      good.source.substring(0, colon).replace("[", "").replace("]", "")),
                  Integer.parseInt(good.source.substring(colon + 1))));
    }
  }

  @ParameterizedTest
  @MethodSource("good")
  void readsAHeaderAtOnceAndLeavesWhatIsBehind(Good good) {
    byte[] all = ProxyHeaders.join(good.header, BEHIND);
    ProxyHeader header = new ProxyHeader();
    expect(good, header, read(header, all, 0, all.length), good.header.length);
  }

  @ParameterizedTest
  @MethodSource("good")
  void readsAHeaderCutAnywhere(Good good) {
    byte[] all = ProxyHeaders.join(good.header, BEHIND);
    int length = good.header.length;
    for (int cut = 0; cut < length; cut++) {
      ProxyHeader header = new ProxyHeader();
      assertThat(read(header, all, 0, cut)).isEqualTo(Found.MORE);
      assertThat(header.consumed()).isEqualTo(cut);
      expect(good, header, read(header, all, cut, all.length), length - cut);
    }
  }

  @ParameterizedTest
  @MethodSource("good")
  void readsAHeaderByteByByte(Good good) {
    ProxyHeader header = new ProxyHeader();
    int last = good.header.length - 1;
    for (int i = 0; i < last; i++) {
      assertThat(read(header, good.header, i, i + 1)).isEqualTo(Found.MORE);
    }
    expect(good, header, read(header, good.header, last, last + 1), 1);
  }

  static Stream<byte[]> broken() {
    byte[] checked =
        ProxyHeaders.summed(ProxyHeaders.tcp("192.0.2.7", 1, "127.0.0.1", 2, NO_CHECKSUM));
    byte[] changed = checked.clone();
    changed[17]++;
    return Stream.of(
        "OPTIONS sip:a SIP/2.0\r\n".getBytes(ISO_8859_1),
        "GET / HTTP/1.1\r\n".getBytes(ISO_8859_1),
        new byte[] {0x16, 3, 1},
        "\r\n\r\n\r\n".getBytes(ISO_8859_1),
        changed,
        ProxyHeaders.tcp("192.0.2.7", 1, "127.0.0.1", 2, ProxyHeaders.field(3, new byte[3])),
        ProxyHeaders.tcp("192.0.2.7", 1, "127.0.0.1", 2, new byte[] {4}),
        ProxyHeaders.tcp("192.0.2.7", 1, "127.0.0.1", 2, new byte[] {4, 0, 1}),
        ProxyHeaders.tcp("192.0.2.7", 1, "127.0.0.1", 2, filler(4082)),
        ProxyHeaders.block(0x11, 0x11, new byte[12]),
        ProxyHeaders.block(0x31, 0x11, new byte[12]),
        ProxyHeaders.block(0x22, 0x11, new byte[12]),
        ProxyHeaders.block(0x21, 0x41, new byte[12]),
        ProxyHeaders.block(0x21, 0x13, new byte[12]),
        ProxyHeaders.block(0x21, 0x11, new byte[11]),
        ProxyHeaders.block(0x21, 0x21, new byte[35]),
        ProxyHeaders.block(0x21, 0x31, new byte[215]),
        ProxyHeaders.block(0x20, 0, new byte[4097]));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void refusesWhatIsNoHeader(byte[] bytes) {
    assertThat(read(new ProxyHeader(), bytes, 0, bytes.length)).isEqualTo(Found.BROKEN);
    ProxyHeader slow = new ProxyHeader();
    int at = 0;
    Found found = Found.MORE;
    while (found == Found.MORE) {
      found = read(slow, bytes, at, ++at);
    }
    assertThat(found).isEqualTo(Found.BROKEN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "TCP4",
        "TCP4 192.0.2.7 198.51.100.1 1",
        "TCP4 192.0.2.7 198.51.100.1 1 2 3",
        "TCP4  192.0.2.7 198.51.100.1 1 2",
        "TCP4 192.0.2.7 198.51.100.1 1 65536",
        "TCP4 192.0.2.7 198.51.100.1 01 2",
        "TCP4 192.0.2.7 198.51.100.1 -1 2",
        "TCP4 192.0.2.7 198.51.100.1 1 2 ",
        "TCP4 192.0.2 198.51.100.1 1 2",
        "TCP4 192.0.2.256 198.51.100.1 1 2",
        "TCP4 ::1 ::1 1 2",
        "TCP6 192.0.2.7 198.51.100.1 1 2",
        "TCP6 ::1::1 ::1 1 2",
        "tcp4 192.0.2.7 198.51.100.1 1 2",
        "UDP4 192.0.2.7 198.51.100.1 1 2",
        "UNKNOWNX"
      })
  void refusesALineThatBreaksTheGrammar(String rest) {
    byte[] line = ProxyHeaders.line(rest);
    assertThat(read(new ProxyHeader(), line, 0, line.length)).isEqualTo(Found.BROKEN);
  }

  @Test
  void refusesALineWithoutEnd() {
    byte[] line = ProxyHeaders.line("UNKNOWN " + "x".repeat(92));
    assertThat(line).hasSize(108);
    ProxyHeader header = new ProxyHeader();
    assertThat(read(header, line, 0, 106)).isEqualTo(Found.MORE);
    assertThat(read(header, line, 106, 107)).isEqualTo(Found.BROKEN);
  }

  @ParameterizedTest
  @CsvSource({"P, 5", "PROXY, 1"})
  void refusesAtTheFirstWrongByte(String right, int more) {
    byte[] bytes = (right + "x".repeat(more)).getBytes(ISO_8859_1);
    ProxyHeader header = new ProxyHeader();
    assertThat(read(header, bytes, 0, right.length())).isEqualTo(Found.MORE);
    assertThat(read(header, bytes, right.length(), right.length() + 1)).isEqualTo(Found.BROKEN);
  }
}

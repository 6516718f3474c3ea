// SPDX-License-Identifier: Apache-2.0
package io.fairlead.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages read and written, by the vectors of RFC 5769 where it has one. */
class StunTest {
  // RFC 5769 §2.1.
  private static final byte[] REQUEST =
      hex(
          "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e2074657374",
          "20636c69656e74002400046e0001ff80290008932ff9b151263b3600060009",
          "6576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249",
          "c1b571a280280004e57a3bcf");
  // §2.2.
  private static final byte[] IPV4_RESPONSE =
      hex(
          "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563",
          "746f7220002000080001a147e112a643000800142b91f599fd9e90c38c7489f9",
          "2af9ba53f06be7d780280004c07d4c96");
  // §2.3.
  private static final byte[] IPV6_RESPONSE =
      hex(
          "010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563",
          "746f7220002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d900080014",
          "a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c");
  // §2.4.
  private static final byte[] LONG_TERM =
      hex(
          "000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383",
          "aae38383e382afe382b900000015001c662f2f3439396b39353464364f4c3334",
          "6f4c394653547679363473410014000b6578616d706c652e6f72670000080014",
          "f67024656dd64a3e02b8e0712e85c9a28ca89666");

  private final StunMessage message = new StunMessage();
  private final StunWriter out = new StunWriter();

  private static byte[] hex(String... lines) {
    return HexFormat.of().parseHex(String.join("", lines));
  }

  private boolean read(byte[] bytes) {
    return message.read(bytes, 0, bytes.length);
  }

  private byte[] written() {
    return Arrays.copyOf(out.bytes(), out.length());
  }

  private List<String> walk() {
    List<String> seen = new ArrayList<>();
    message.rewind();
    while (message.next()) {
      seen.add(
          (message.attribute() == StunAttribute.OTHER
                  ? Integer.toHexString(message.code())
                  : message.attribute().name())
              + ":"
              + (message.valueTo() - message.valueFrom()));
    }
    return seen;
  }

  @Test
  void readsTheRequestOfRfc5769() {
    assertThat(read(REQUEST)).isTrue();
    assertThat(message.kind()).isEqualTo(StunMessage.Kind.REQUEST);
    assertThat(message.isBinding()).isTrue();
    assertThat(message.isClassic()).isFalse();
    assertThat(message.hasFingerprint()).isTrue();
    assertThat(walk())
        .containsExactly(
            "SOFTWARE:16", "24:4", "8029:8", "USERNAME:9", "MESSAGE_INTEGRITY:20", "FINGERPRINT:4");
  }

  @Test
  void readsTheRequestWithLongTermCredentials() {
    assertThat(read(LONG_TERM)).isTrue();
    assertThat(message.hasFingerprint()).isFalse();
    assertThat(walk())
        .containsExactly("USERNAME:18", "NONCE:28", "REALM:11", "MESSAGE_INTEGRITY:20");
  }

  @Test
  void readsTheAddressesOfRfc5769() {
    assertThat(address(IPV4_RESPONSE)).isEqualTo(at("192.0.2.1"));
    assertThat(message.kind()).isEqualTo(StunMessage.Kind.SUCCESS);
    assertThat(address(IPV6_RESPONSE)).isEqualTo(at("2001:db8:1234:5678:11:2233:4455:6677"));
  }

  private InetSocketAddress address(byte[] response) {
    assertThat(read(response)).isTrue();
    while (message.next()) {
      if (message.attribute() == StunAttribute.XOR_MAPPED_ADDRESS) {
        return Objects.requireNonNull(message.address());
      }
    }
    throw new AssertionError("no address");
  }

  private static InetSocketAddress at(String host) {
    return new InetSocketAddress(InetAddress.ofLiteral(host), 32853);
  }

  private byte[] answer(byte[] request, StunAttribute kind, String host) {
    assertThat(read(request)).isTrue();
    byte[] address = InetAddress.ofLiteral(host).getAddress();
    out.begin(StunMessage.Kind.SUCCESS, message)
        .address(kind, address, 0, address.length, 32853)
        .fingerprint();
    return written();
  }

  /** What RFC 5769 has, without its SOFTWARE and MESSAGE-INTEGRITY. */
  @Test
  void writesTheAttributesOfRfc5769() {
    String v4 =
        HexFormat.of().formatHex(answer(REQUEST, StunAttribute.XOR_MAPPED_ADDRESS, "192.0.2.1"));
    assertThat(v4)
        .startsWith("010100142112a442b7e7a701bc34d686fa87dfae" + "002000080001a147e112a643")
        .hasSize(2 * (20 + 12 + 8));
    assertThat(address(HexFormat.of().parseHex(v4))).isEqualTo(at("192.0.2.1"));
    byte[] v6 =
        answer(REQUEST, StunAttribute.XOR_MAPPED_ADDRESS, "2001:db8:1234:5678:11:2233:4455:6677");
    assertThat(HexFormat.of().formatHex(v6))
        .contains("002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9");
    assertThat(read(v6)).as("with its fingerprint").isTrue();
    assertThat(message.hasFingerprint()).isTrue();
  }

  @Test
  void theFingerprintGuardsEveryBit() {
    for (byte[] vector : List.of(REQUEST, IPV4_RESPONSE, IPV6_RESPONSE)) {
      assertThat(read(vector)).isTrue();
      for (int i = 0; i < vector.length * 8; i++) {
        byte[] changed = vector.clone();
        changed[i / 8] ^= (byte) (1 << i % 8);
        assertThat(read(changed) && message.hasFingerprint()).as("bit " + i).isFalse();
      }
    }
  }

  @Test
  void answersARequestOfRfc3489WithItsWholeTransaction() {
    byte[] classic = hex("00010000", "0102030405060708090a0b0c0d0e0f10");
    assertThat(read(classic)).isTrue();
    assertThat(message.isClassic()).isTrue();
    byte[] ip = {(byte) 192, 0, 2, 1};
    out.begin(StunMessage.Kind.SUCCESS, message)
        .address(StunAttribute.MAPPED_ADDRESS, ip, 0, 4, 32853);
    assertThat(written())
        .isEqualTo(
            hex(
                "0101000c",
                "0102030405060708090a0b0c0d0e0f10",
                "00010008",
                "00018055",
                "c0000201"));
    assertThat(read(written())).isTrue();
    assertThat(message.next()).isTrue();
    assertThat(message.address()).isEqualTo(at("192.0.2.1"));
  }

  @Test
  void writesAnErrorAndPadsIt() {
    assertThat(read(REQUEST)).isTrue();
    out.begin(StunMessage.Kind.ERROR, message)
        .error(420, "Unknown Attribute")
        .unknown(new int[] {0x24, 0x25, 0x26}, 3);
    byte[] answer = written();
    assertThat(HexFormat.of().formatHex(answer)).startsWith("0111").contains("00000414556e6b6e");
    assertThat(answer.length % 4).isZero();
    assertThat(read(answer)).isTrue();
    assertThat(message.kind()).isEqualTo(StunMessage.Kind.ERROR);
    assertThat(walk()).containsExactly("ERROR_CODE:21", "UNKNOWN_ATTRIBUTES:6");
  }

  @ParameterizedTest
  @CsvSource({
    "0001, REQUEST, 1",
    "0011, INDICATION, 1",
    "0101, SUCCESS, 1",
    "0111, ERROR, 1",
    "0003, REQUEST, 3",
    "3eef, REQUEST, 4095",
    "3fff, ERROR, 4095"
  })
  void takesClassAndMethodApart(String type, StunMessage.Kind kind, int method) {
    assertThat(read(hex(type, "0000", "2112a442", "000000000000000000000000"))).isTrue();
    assertThat(message.kind()).isEqualTo(kind);
    assertThat(message.method()).isEqualTo(method);
  }

  static Stream<String> broken() {
    String id = "2112a442000000000000000000000000";
    return Stream.of(
        "",
        "00",
        "00010000" + id.substring(2),
        "00010001" + id,
        "00010004" + id,
        "00010000" + id + "00",
        "40010000" + id,
        "00010002" + id + "8022",
        "00010004" + id + "80220001",
        "00010004" + id + "8022ffff",
        "0001000c" + id + "80280004" + "00000000" + "80220000",
        "00010004" + id + "80280000",
        "00010008" + id + "8028000400000000");
  }

  @ParameterizedTest
  @MethodSource("broken")
  void refusesWhatIsBroken(String bytes) {
    assertThat(read(hex(bytes))).isFalse();
  }

  @Test
  void passesOverWhatNobodyVouchesFor() {
    byte[] sealed =
        hex(
            "0001" + "0030" + "2112a442" + "000000000000000000000000",
            "00080014" + "00".repeat(20),
            "00240004" + "00000000",
            "001c0004" + "00000000",
            "80220004" + "00000000");
    assertThat(read(sealed)).isTrue();
    assertThat(walk()).containsExactly("MESSAGE_INTEGRITY:20", "MESSAGE_INTEGRITY_SHA256:4");
  }

  @Test
  void neverReadsBeyondItsRangeWhateverComes() {
    SplittableRandom random = new SplittableRandom(1);
    int good = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = REQUEST.clone();
      for (int changes = random.nextInt(4); changes > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      int from = random.nextInt(4) == 0 ? random.nextInt(8) : 0;
      int to = random.nextInt(4) == 0 ? bytes.length - random.nextInt(bytes.length) : bytes.length;
      if (from <= to && message.read(bytes, from, to)) {
        good++;
        while (message.next()) {
          assertThat(message.valueTo()).isLessThanOrEqualTo(to);
        }
      }
    }
    assertThat(good).isPositive();
  }
}

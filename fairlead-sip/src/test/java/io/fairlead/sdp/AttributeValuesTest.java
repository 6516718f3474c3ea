// SPDX-License-Identifier: Apache-2.0
package io.fairlead.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttributeValuesTest {
  private interface Reader<T> {
    @Nullable T read(byte[] bytes, int from, int to);
  }

  private static <T> @Nullable T read(Reader<T> reader, String text) {
    byte[] bytes = (":" + text + ";").getBytes(StandardCharsets.UTF_8);
    return reader.read(bytes, 1, bytes.length - 1);
  }

  @ParameterizedTest
  @CsvSource({
    "0 PCMU/8000,0,PCMU,8000,1",
    "111  opus/48000/2,111,opus,48000,2",
    "127 x/1,127,x,1,1",
  })
  void readsRtpMaps(String text, int type, String encoding, int rate, int channels) {
    assertThat(read(RtpMap::read, text)).isEqualTo(new RtpMap(type, encoding, rate, channels));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0", "128 PCMU/8000", "0 PCMU", "0 /8000", "0 PCMU/0", "0 x/8000/0", "x y/8"})
  void refusesWhatIsNoRtpMap(String text) {
    assertThat(read(RtpMap::read, text)).isNull();
  }

  @Test
  void comparesEncodingsWithoutTheirNumbers() {
    RtpMap opus = new RtpMap(111, "opus", 48000, 2);
    assertThat(opus.sameEncoding(new RtpMap(96, "OPUS", 48000, 2))).isTrue();
    assertThat(opus.sameEncoding(new RtpMap(111, "opus", 48000, 1))).isFalse();
    assertThat(opus.sameEncoding(new RtpMap(111, "opus", 8000, 2))).isFalse();
  }

  @Test
  void readsFingerprints() {
    assertThat(read(Fingerprint::read, "SHA-1 4a:AD:b9"))
        .isEqualTo(new Fingerprint("sha-1", "4A:AD:B9"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sha-1", "sha-1 4A:AD:B", "sha-1 4A-AD", "sha-1 4G", "sha-1 4A:AD:"})
  void refusesWhatIsNoFingerprint(String text) {
    assertThat(read(Fingerprint::read, text)).isNull();
  }

  @Test
  void readsCandidates() {
    assertThat(
            read(
                Candidate::read,
                "842163049 1 UDP 1677729535 203.0.113.5 46154 typ srflx raddr 10.0.0.5 rport 46154"
                    + " generation 0"))
        .isEqualTo(
            new Candidate("842163049", 1, "udp", 1677729535, "203.0.113.5", 46154, "srflx", ""));
    assertThat(
            Objects.requireNonNull(
                    read(
                        Candidate::read,
                        "2 2 tcp 1518280447 x.local 9 typ host tcptype active generation 0"))
                .tcpType())
        .isEqualTo("active");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1 1 udp 1 192.0.2.1 5000",
        "1 1 udp 1 192.0.2.1 5000 host typ",
        "1 0 udp 1 192.0.2.1 5000 typ host",
        "1 1 udp x 192.0.2.1 5000 typ host",
        "1 1 udp 1 192.0.2.1 65536 typ host",
      })
  void refusesWhatIsNoCandidate(String text) {
    assertThat(read(Candidate::read, text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "'1 AES_CM_128_HMAC_SHA1_80 inline:abc=',1,abc=,'','',''",
    "'1 AES_CM_128_HMAC_SHA1_80 inline:abc|2^20',1,abc,2^20,'',''",
    "'9 AES_CM_128_HMAC_SHA1_80 INLINE:abc|2^20|1:4 KDR=1 FEC_ORDER=SRTP_FEC',9,abc,2^20,1:4,KDR=1"
        + " FEC_ORDER=SRTP_FEC",
    "'0 AES_CM_128_HMAC_SHA1_80 inline:abc|1:4',0,abc,'',1:4,''",
  })
  void readsCryptoLines(
      String text, int tag, String key, String lifetime, String mki, String parameters) {
    assertThat(read(CryptoLine::read, text))
        .isEqualTo(new CryptoLine(tag, "AES_CM_128_HMAC_SHA1_80", key, lifetime, mki, parameters));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1 AES_CM_128_HMAC_SHA1_80",
        "x AES_CM_128_HMAC_SHA1_80 inline:abc",
        "1 AES_CM_128_HMAC_SHA1_80 uri:abc",
        "1 AES_CM_128_HMAC_SHA1_80 inline:",
        "1 AES_CM_128_HMAC_SHA1_80 inline:abc;inline:def",
        "1 AES_CM_128_HMAC_SHA1_80 inline:a|b|c|d",
        "1000000000 AES_CM_128_HMAC_SHA1_80 inline:abc",
      })
  void refusesWhatIsNoCryptoLine(String text) {
    assertThat(read(CryptoLine::read, text)).isNull();
  }

  @Test
  void neverShowsAKey() {
    CryptoLine line = Objects.requireNonNull(read(CryptoLine::read, "1 SUITE inline:secret"));
    assertThat(line.toString()).doesNotContain("secret");
  }
}

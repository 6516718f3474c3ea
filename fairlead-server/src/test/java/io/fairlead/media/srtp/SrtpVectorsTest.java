// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.media.srtp.KeyDerivation.Label;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The test vectors of RFC 3711 appendix B, RFC 6188 §7, RFC 7714 §16, and packets of libsrtp. */
class SrtpVectorsTest {
  private static final String RTP = "800f1234decafbadcafebabeabababababababababababababababab";
  private static final String RTCP = "81c8000bcafebabeabababababababababababababababab";
  private static final String QUID =
      "47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573";

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static MasterKey key(CryptoSuite suite, String text) {
    return Objects.requireNonNull(MasterKey.of(suite, hex(text)));
  }

  // ---- key derivation ----

  @ParameterizedTest
  @CsvSource({
    "AES_CM_128_HMAC_SHA1_80, ENCRYPTION, c61e7a93744f39ee10734afe3ff7a087",
    "AES_CM_128_HMAC_SHA1_80, SALT, 30cbbc08863d8c85d49db34a9ae1",
    "AES_CM_128_HMAC_SHA1_80, AUTHENTICATION, cebe321f6ff7716b6fd4ab49af256a156d38baa4",
    "AES_256_CM_HMAC_SHA1_80, ENCRYPTION,"
        + " 5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4",
    "AES_256_CM_HMAC_SHA1_80, SALT, fa31791685ca444a9e07c6c64e93",
    "AES_256_CM_HMAC_SHA1_80, AUTHENTICATION, fd9c32d39ed5fbb5a9dc96b30818454d1313dc05"
  })
  void derivesSessionKeys(CryptoSuite suite, Label label, String expected) {
    String master =
        suite.keyLength() == 16
            ? "e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6"
            : "f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6"
                + "3b04803de51ee7c96423ab5b78d2";
    byte[] derived =
        new KeyDerivation(key(suite, master)).derive(label, false, expected.length() / 2);
    assertThat(HexFormat.of().formatHex(derived)).isEqualTo(expected);
  }

  // ---- counter mode: zeroes encrypted are the keystream ----

  @ParameterizedTest
  @CsvSource({
    "2b7e151628aed2a6abf7158809cf4f3c, e03ead0935c95e80e166b16dd92b4eb4"
        + "d23513162b02d0f72a43a2fe4a5f97ab41e95b3bb0a2e8dd477901e4fca894c0",
    "57f82fe3613fd170a85ec93c40b1f0922ec4cb0dc025b58272147cc438944a98,"
        + " 92bdd28a93c3f52511c677d08b5515a49da71b2378a854f67050756ded165bac"
        + "63c4868b7096d88421b563b8c94c9a31"
  })
  void countsAsTheRfcsDo(String key, String keystream) {
    byte[] salt = hex("f0f1f2f3f4f5f6f7f8f9fafbfcfd");
    CounterTransform transform = new CounterTransform(hex(key), salt, new byte[20], false, 10);
    SrtpWorkspace space = new SrtpWorkspace(100);
    assertThat(transform.seal(space, 0, 48, 0, 0)).isEqualTo(58);
    assertThat(HexFormat.of().formatHex(space.packet(), 0, 48)).isEqualTo(keystream);
  }

  // ---- RFC 7714 §16.1.1, §16.2.1 ----

  @ParameterizedTest
  @CsvSource({
    "000102030405060708090a0b0c0d0e0f,"
        + " f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
        + "899d7f27beb16a9152cf765ee4390cce",
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f,"
        + " 32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b"
        + "7aa3db36dfffd6b0f9bb7878d7a76c13"
  })
  void encryptsAsRfc7714Does(String key, String encrypted) {
    byte[] salt = hex("517569642070726f2071756f");
    GcmTransform transform = new GcmTransform(hex(key), salt, false);
    SrtpWorkspace space = new SrtpWorkspace(200);
    byte[] packet = hex("8040f17b8041f8d35501a0b2" + QUID);
    System.arraycopy(packet, 0, space.packet(), 0, packet.length);
    int length = transform.seal(space, 12, packet.length, 0x5501a0b2, 0xf17b);
    assertThat(HexFormat.of().formatHex(space.packet(), 12, length)).isEqualTo(encrypted);
    assertThat(transform.open(space, 12, packet.length, 0x5501a0b2, 0xf17b)).isTrue();
    assertThat(space.packet()).startsWith(packet);
  }

  // ---- whole packets, as libsrtp makes them; its RTCP begins with index 1 ----

  @ParameterizedTest
  @CsvSource({
    "AES_CM_128_HMAC_SHA1_80, e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6,"
        + " 4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb,"
        + " 7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798",
    "AEAD_AES_128_GCM, 000102030405060708090a0b0c0d0e0fa0a1a2a3a4a5a6a7a8a9aaab,"
        + " c5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a392,"
        + " c98b8b5df0392a55852b6c21ac8e7025c52c6fbea2b3b446ea31123ba88ce61e80000001"
  })
  void speaksWithLibsrtp(CryptoSuite suite, String master, String srtp, String srtcp) {
    SrtpWorkspace space = new SrtpWorkspace(200);
    SrtpSender sender = new SrtpSender(key(suite, master), 4);
    put(space, RTP);
    int length = sender.rtp(space, RTP.length() / 2);
    assertThat(HexFormat.of().formatHex(space.packet(), 12, length)).isEqualTo(srtp);
    put(space, RTCP);
    sender.rtcp(space, RTCP.length() / 2);
    put(space, RTCP);
    length = sender.rtcp(space, RTCP.length() / 2);
    assertThat(HexFormat.of().formatHex(space.packet(), 8, length)).isEqualTo(srtcp);

    SrtpReceiver receiver = new SrtpReceiver(key(suite, master), 4);
    put(space, RTP.substring(0, 24) + srtp);
    assertThat(receiver.rtp(space, 12 + srtp.length() / 2)).isEqualTo(RTP.length() / 2);
    assertThat(space.packet()).startsWith(hex(RTP));
    put(space, RTCP.substring(0, 16) + srtcp);
    assertThat(receiver.rtcp(space, 8 + srtcp.length() / 2)).isEqualTo(RTCP.length() / 2);
    assertThat(space.packet()).startsWith(hex(RTCP));
  }

  @Test
  void encryptsWithAes256AsLibsrtpDoes() {
    String master =
        "f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6"
            + "3b04803de51ee7c96423ab5b78d2";
    SrtpWorkspace space = new SrtpWorkspace(200);
    put(space, RTP);
    int length = new SrtpSender(key(CryptoSuite.AES_256_CM_HMAC_SHA1_80, master), 1).rtp(space, 28);
    assertThat(HexFormat.of().formatHex(space.packet(), 12, length))
        .isEqualTo("f1d9de17ff251ff1aa007774b0b4b40da08d9d9a5b3a55d8873b");
  }

  private static void put(SrtpWorkspace space, String packet) {
    Arrays.fill(space.packet(), (byte) 0x55);
    System.arraycopy(hex(packet), 0, space.packet(), 0, packet.length() / 2);
  }
}

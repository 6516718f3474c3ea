// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.sdes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.media.profile.SidePreset;
import io.fairlead.media.profile.SideProfile;
import io.fairlead.media.profile.SrtpUse;
import io.fairlead.media.srtp.CryptoSuite;
import io.fairlead.sdp.OfferAnswer.Side;
import io.fairlead.sdp.SdpParser;
import io.fairlead.sdp.SessionDescription;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a=crypto lines (RFC 4568, RFC 8643). */
class SdesNegotiationTest {
  private static final String K30 = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";
  private static final String OTHER30 = "PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR";
  private static final String K44 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKis=";
  private static final String CM = "AES_CM_128_HMAC_SHA1_80 inline:";

  private final SdesNegotiation keys = new SdesNegotiation(8);
  private SideProfile rules = profile(SrtpUse.REQUIRE);

  private static SideProfile profile(SrtpUse use) {
    List<CryptoSuite> suites =
        List.of(CryptoSuite.AEAD_AES_256_GCM, CryptoSuite.AES_CM_128_HMAC_SHA1_80);
    return new SideProfile(SidePreset.PLAIN, use, use == SrtpUse.NONE ? List.of() : suites);
  }

  private static SessionDescription sdp(String protocol, String... crypto) {
    StringBuilder text =
        new StringBuilder(
                "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n")
            .append("m=audio 4000 ")
            .append(protocol)
            .append(" 0\r\n");
    for (String each : crypto) {
      text.append("a=crypto:").append(each).append("\r\n");
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
    return new SdpParser().parse(bytes, 0, bytes.length);
  }

  private SdesResult offer(String protocol, String... crypto) {
    SessionDescription read = sdp(protocol, crypto);
    return keys.offer(0, Side.CALLER, rules, read, read.media(0));
  }

  private SdesResult answer(String protocol, String... crypto) {
    SessionDescription read = sdp(protocol, crypto);
    return keys.answer(0, Side.CALLEE, rules, read, read.media(0));
  }

  private static SdesKeys secured(SdesResult result) {
    assertThat(result).isInstanceOf(SdesResult.Secured.class);
    return ((SdesResult.Secured) result).keys();
  }

  private static String text(SdesResult result) {
    return switch (result) {
      case SdesResult.Secured(SdesKeys agreed) -> agreed.toString();
      case SdesResult.Plain plain -> "plain";
      case SdesResult.Refused(String why) -> why;
    };
  }

  // ---- offers ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          NONE    ~ RTP/AVP   ~                       ~ plain
          NONE    ~ RTP/AVP   ~ 1 CMinline:K                ~ plain
          NONE    ~ RTP/SAVP  ~ 1 CMinline:K                ~ SRTP is offered where the profile has none
          ALLOW   ~ RTP/AVP   ~                       ~ plain
          ALLOW   ~ RTP/AVP   ~ 1 CMinline:K                ~ 1 AES_CM_128_HMAC_SHA1_80
          ALLOW   ~ RTP/AVPF  ~ 1 NULL_HMAC_SHA1_80 inline:K ~ plain
          ALLOW   ~ RTP/SAVP  ~ 7 CMinline:K                ~ 7 AES_CM_128_HMAC_SHA1_80
          ALLOW   ~ RTP/SAVPF ~                       ~ there is no a=crypto
          REQUIRE ~ RTP/AVP   ~                       ~ there is no a=crypto
          REQUIRE ~ RTP/AVP   ~ 1 CMinline:K                ~ 1 AES_CM_128_HMAC_SHA1_80
          REQUIRE ~ RTP/SAVP  ~ 1 CMinline:K                ~ 1 AES_CM_128_HMAC_SHA1_80
          REQUIRE ~ UDP/TLS/RTP/SAVPF ~ 1 CMinline:K        ~ the m= line wants keys by DTLS
          ALLOW   ~ UDP/TLS/RTP/SAVP  ~ 1 CMinline:K        ~ the m= line wants keys by DTLS
          """)
  void whatAnOfferMeans(SrtpUse use, String protocol, String line, String expected) {
    rules = profile(use);
    String[] crypto =
        line == null
            ? new String[0]
            : new String[] {line.replace("CMinline:", CM).replace(":K", ":" + K30)};
    assertThat(text(offer(protocol, crypto))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          1 F8_128_HMAC_SHA1_80 inline:K          ~ 1 F8_128_HMAC_SHA1_80: the suite is not taken
          1 NULL_HMAC_SHA1_80 inline:K            ~ 1 NULL_HMAC_SHA1_80: the suite is not taken
          1 AES_CM_128_HMAC_SHA1_32 inline:K      ~ 1 AES_CM_128_HMAC_SHA1_32: the suite is not taken
          1 CMinline:K|1:4                        ~ master key identifiers are not taken
          1 CMinline:K|2^20|1:4                   ~ master key identifiers are not taken
          1 CMinline:K|2^49                       ~ the lifetime is none
          1 CMinline:K|2^x                        ~ the lifetime is none
          1 CMinline:K|0                          ~ the lifetime is none
          1 CMinline:K UNENCRYPTED_SRTCP          ~ the session parameter UNENCRYPTED_SRTCP is not
          1 CMinline:K UNENCRYPTED_SRTP           ~ the session parameter UNENCRYPTED_SRTP is not
          1 CMinline:K UNAUTHENTICATED_SRTP       ~ the session parameter UNAUTHENTICATED_SRTP is
          1 CMinline:K KDR=1                      ~ the session parameter KDR is not taken
          1 CMinline:K FEC_ORDER=FEC_SRTP         ~ the session parameter FEC_ORDER is not taken
          1 CMinline:AAAA WVNfx2semc=              ~ the session parameter (no name) is not taken
          1 Key+SuiteOutOfOrder inline:AAAA       ~ 1 (no name): the suite is not taken
          1 CMinline:AAAA                         ~ the key is not base64 of 30
          1 CMinline:????                         ~ the key is not base64 of 30
          1 AEAD_AES_256_GCM inline:K             ~ the key is not base64 of 44
          x CMinline:K                            ~ a line that is no key, or several
          1 CMinline:K|1:4;inline:K|2:4           ~ a line that is no key, or several
          """)
  void whatIsNotTakenIsSaid(String line, String expected) {
    String crypto = line.replace("CMinline:", CM).replace(":K", ":" + K30);
    assertThat(text(offer("RTP/SAVP", crypto))).contains(expected).doesNotContain(K30);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          1 CMinline:K|2^20
          1 CMinline:K|2^48
          1 CMinline:K|1048576
          1 CMinline:K WSH=128
          1 CMinline:K -OWN=3 wsh=64
          """)
  void whatDoesNoHarmIsTaken(String line) {
    String crypto = line.replace("CMinline:", CM).replace(":K", ":" + K30);
    assertThat(secured(offer("RTP/SAVP", crypto)).tag()).isEqualTo(1);
  }

  @Test
  void theFirstLineThatCanBeTakenIs() {
    SdesResult chosen =
        offer(
            "RTP/SAVP",
            "1 F8_128_HMAC_SHA1_80 inline:" + K30,
            "2 " + CM + K30 + "|1:4",
            "3 " + CM + K30 + " UNENCRYPTED_SRTCP",
            "4 AEAD_AES_256_GCM inline:" + K44,
            "5 " + CM + K30);
    SdesKeys agreed = secured(chosen);
    assertThat(agreed.answer()).startsWith("4 AEAD_AES_256_GCM inline:").doesNotContain(K44);
    assertThat(agreed.session().receiver().key().base64()).isEqualTo(K44);
  }

  @Test
  void theNameOfTheDraftIsUnderstoodAndAnswered() {
    rules =
        new SideProfile(
            SidePreset.PLAIN, SrtpUse.REQUIRE, List.of(CryptoSuite.AES_256_CM_HMAC_SHA1_80));
    String key = "A".repeat(61) + "=".repeat(0);
    SdesResult result = offer("RTP/SAVP", "1 AES_CM_256_HMAC_SHA1_80 inline:" + key + "A==");
    assertThat(secured(result).answer()).startsWith("1 AES_CM_256_HMAC_SHA1_80 inline:");
  }

  @Test
  void whatComesAgainIsAnsweredAsBeforeAndAnotherKeyWithAnotherKeyOfOurs() {
    SdesKeys first = secured(offer("RTP/SAVP", "1 " + CM + K30));
    assertThat(secured(offer("RTP/SAVP", "1 " + CM + K30))).isEqualTo(first);
    SdesKeys other = secured(offer("RTP/SAVP", "1 " + CM + OTHER30));
    assertThat(other.session().sender()).isNotSameAs(first.session().sender());
    assertThat(other.session().sender().key()).isNotEqualTo(first.session().sender().key());
    // A key that comes back goes on where it was; ours never does.
    SdesKeys back = secured(offer("RTP/SAVP", "1 " + CM + K30));
    assertThat(back.session().receiver()).isSameAs(first.session().receiver());
    assertThat(back.session().sender().key())
        .isNotIn(first.session().sender().key(), other.session().sender().key());
  }

  // ---- answers ----

  @Test
  void whatIsOfferedHasAKeyForEachSuiteAndStaysTheSame() {
    List<String> offered = keys.offers(0, Side.CALLEE, rules);
    assertThat(offered).hasSize(2);
    assertThat(offered.get(0)).startsWith("1 AEAD_AES_256_GCM inline:");
    assertThat(offered.get(1)).startsWith("2 AES_CM_128_HMAC_SHA1_80 inline:");
    assertThat(keys.offers(0, Side.CALLEE, rules)).isEqualTo(offered);
    assertThat(keys.offers(1, Side.CALLEE, rules)).doesNotContainAnyElementsOf(offered);
    assertThat(keys.offers(0, Side.CALLER, rules)).doesNotContainAnyElementsOf(offered);
    keys.forget(0);
    assertThat(keys.offers(0, Side.CALLEE, rules)).doesNotContainAnyElementsOf(offered);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          REQUIRE ~ RTP/SAVP ~ 2 CMinline:K      ~ 2 AES_CM_128_HMAC_SHA1_80
          REQUIRE ~ RTP/SAVP ~ 1 CMinline:K      ~ 1 AES_CM_128_HMAC_SHA1_80: the suite is not taken
          REQUIRE ~ RTP/SAVP ~ 3 CMinline:K      ~ its a=crypto answers none that was offered
          REQUIRE ~ RTP/SAVP ~ 2 CMinline:K|1:1  ~ master key identifiers are not taken
          REQUIRE ~ RTP/SAVP ~ 2 CMinline:OWN    ~ the key is ours
          REQUIRE ~ RTP/AVP  ~                   ~ the answer is none to what was offered
          ALLOW   ~ RTP/AVP  ~                   ~ plain
          ALLOW   ~ RTP/AVP  ~ 2 CMinline:K      ~ 2 AES_CM_128_HMAC_SHA1_80
          ALLOW   ~ RTP/SAVP ~                   ~ the answer is none to what was offered
          NONE    ~ RTP/AVP  ~                   ~ plain
          NONE    ~ RTP/AVP  ~ 2 CMinline:K      ~ plain
          NONE    ~ RTP/SAVP ~ 2 CMinline:K      ~ the answer is none to what was offered
          """)
  void whatAnAnswerMeans(SrtpUse use, String protocol, String line, String expected) {
    List<String> offered = keys.offers(0, Side.CALLEE, profile(SrtpUse.REQUIRE));
    String own = offered.get(1).replaceFirst(".*inline:", "");
    rules = profile(use);
    String[] crypto =
        line == null
            ? new String[0]
            : new String[] {
              line.replace("CMinline:", CM).replace(":K", ":" + K30).replace("OWN", own)
            };
    assertThat(text(answer(protocol, crypto))).contains(expected);
  }

  @Test
  void forksHaveKeysOfTheirOwnAndShareOurs() {
    keys.offers(0, Side.CALLEE, rules);
    SdesKeys one = secured(answer("RTP/SAVP", "2 " + CM + K30));
    SdesKeys other = secured(answer("RTP/SAVP", "2 " + CM + OTHER30));
    assertThat(other.session().sender()).isSameAs(one.session().sender());
    assertThat(other.session().receiver()).isNotSameAs(one.session().receiver());
    assertThat(secured(answer("RTP/SAVP", "2 " + CM + K30))).isEqualTo(one);
    assertThat(Objects.toString(one)).doesNotContain(K30);
  }
}

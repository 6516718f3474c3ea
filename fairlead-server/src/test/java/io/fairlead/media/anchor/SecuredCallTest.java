// SPDX-License-Identifier: Apache-2.0
package io.fairlead.media.anchor;

import static io.fairlead.sdp.OfferAnswer.Side.CALLEE;
import static io.fairlead.sdp.OfferAnswer.Side.CALLER;
import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.media.profile.MediaProfile;
import io.fairlead.media.profile.SidePreset;
import io.fairlead.media.profile.SideProfile;
import io.fairlead.media.relay.DescribedMedia;
import io.fairlead.media.srtp.SrtpSession;
import io.fairlead.sdp.OfferAnswer.Side;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Calls with a profile: what each side reads of keys, and what the relay is told. */
class SecuredCallTest {
  private static final String PHONE = "192.0.2.1";
  private static final String FARM = "10.0.0.1";
  private static final String KEY = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";
  private static final String KEY2 = "PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR";
  private static final String CRYPTO = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:";

  private final Anchored call = anchored(SidePreset.TRUNK_SRTP);

  private static Anchored anchored(SidePreset outside) {
    return new Anchored(
        "outside",
        "inside",
        new MediaProfile("secure", Map.of("outside", new SideProfile(outside, null, List.of()))));
  }

  private static String sdp(String address, String protocol, String... more) {
    StringBuilder text =
        new StringBuilder("v=0\r\no=- 1 1 IN IP4 ").append(address).append("\r\ns=-\r\n");
    text.append("c=IN IP4 ").append(address).append("\r\nt=0 0\r\n");
    text.append("m=audio 4000 ").append(protocol).append(" 8 101\r\n");
    for (String each : more) {
      text.append(each).append("\r\n");
    }
    return text.append("a=sendrecv\r\n").toString();
  }

  private static String crypto(String sdp) {
    return sdp.lines().filter(line -> line.startsWith("a=crypto")).findFirst().orElse("");
  }

  private @Nullable SrtpSession told(Anchored of, Side side) {
    DescribedMedia last = of.streams.opened.getFirst().last.get(side);
    return Objects.requireNonNull(last).srtp();
  }

  private String answered(String callersKey) {
    call.offer(CALLER, PHONE, sdp(PHONE, "RTP/SAVP", CRYPTO + callersKey));
    return call.answer(CALLEE, "t", FARM, sdp(FARM, "RTP/AVP"));
  }

  @Test
  void eachSideReadsItsOwnProtocolAndNobodyElsesKeys() {
    String offered =
        call.offer(
            CALLER,
            PHONE,
            sdp(
                PHONE,
                "RTP/SAVPF",
                CRYPTO + KEY,
                "a=fingerprint:sha-1 AA:BB",
                "a=setup:actpass",
                "a=zrtp-hash:1.10 ab"));
    assertThat(offered)
        .contains("m=audio 30002 RTP/AVP 8 101\r\n", "a=sendrecv")
        .doesNotContain("crypto", "fingerprint", "setup", "zrtp", KEY);
    String answer = call.answer(CALLEE, "t", FARM, sdp(FARM, "RTP/AVP"));
    assertThat(answer).contains("m=audio 30000 RTP/SAVPF 8 101\r\n", CRYPTO).doesNotContain(KEY);
    SrtpSession caller = Objects.requireNonNull(told(call, CALLER));
    assertThat(caller.receiver().key().base64()).isEqualTo(KEY);
    assertThat(crypto(answer)).endsWith(caller.sender().key().base64());
    assertThat(told(call, CALLEE)).isNull();
  }

  @Test
  void theFarmCallsAndThePhoneIsOfferedKeys() {
    String offered = call.offer(CALLEE, FARM, sdp(FARM, "RTP/AVP"));
    assertThat(offered).contains("RTP/SAVP 8 101", "a=crypto:1 ", "a=crypto:2 ");
    String answer = call.answer(CALLER, "t", PHONE, sdp(PHONE, "RTP/SAVP", CRYPTO + KEY));
    assertThat(answer).contains("RTP/AVP 8 101").doesNotContain("crypto");
    assertThat(Objects.requireNonNull(told(call, CALLER)).receiver().key().base64()).isEqualTo(KEY);
  }

  @Test
  void opportunisticPhonesAreOfferedBothAndTakeEither() {
    Anchored open = anchored(SidePreset.PHONE_SDES);
    String offered = open.offer(CALLEE, FARM, sdp(FARM, "RTP/AVP"));
    assertThat(offered).contains("RTP/AVP 8 101", "a=crypto:1 AEAD_AES_256_GCM");
    assertThat(open.answer(CALLER, "t", PHONE, sdp(PHONE, "RTP/AVP"))).contains("RTP/AVP");
    assertThat(told(open, CALLER)).isNull();
    open.call.confirmed("t");
    assertThat(open.offer(CALLER, PHONE, sdp(PHONE, "RTP/AVP", CRYPTO + KEY)))
        .doesNotContain("crypto");
    assertThat(open.answer(CALLEE, "t", FARM, sdp(FARM, "RTP/AVP")))
        .contains("RTP/AVP 8 101", CRYPTO);
    assertThat(told(open, CALLER)).isNotNull();
  }

  @Test
  void whatTheProfileDoesNotWantIsRefused() {
    assertThat(call.offer(CALLER, PHONE, sdp(PHONE, "RTP/AVP"))).isEqualTo("refused: SRTP_REFUSED");
    assertThat(call.offer(CALLEE, FARM, sdp(FARM, "RTP/SAVP", CRYPTO + KEY)))
        .isEqualTo("refused: SRTP_REFUSED");
    assertThat(call.streams.open()).isZero();
    call.offer(CALLEE, FARM, sdp(FARM, "RTP/AVP"));
    assertThat(call.answer(CALLER, "t", PHONE, sdp(PHONE, "RTP/SAVP")))
        .isEqualTo("refused: SRTP_REFUSED");
  }

  @Test
  void theSameOfferAgainIsAnsweredWithTheSameKeyAndTheRelayKeepsItsOwn() {
    String first = answered(KEY);
    call.call.confirmed("t");
    SrtpSession before = told(call, CALLER);
    assertThat(answered(KEY)).isEqualTo(first);
    assertThat(told(call, CALLER)).isEqualTo(before);
  }

  @Test
  void anotherKeyByReInviteIsAnsweredWithAnotherOfOurs() {
    String first = answered(KEY);
    call.call.confirmed("t");
    SrtpSession before = Objects.requireNonNull(told(call, CALLER));
    String second = answered(KEY2);
    SrtpSession after = Objects.requireNonNull(told(call, CALLER));
    assertThat(crypto(second)).isNotEqualTo(crypto(first));
    assertThat(after.receiver()).isNotSameAs(before.receiver());
    assertThat(after.sender()).isNotSameAs(before.sender());
    assertThat(after.sender().key()).isNotEqualTo(before.sender().key());
  }

  @Test
  void aRefusedReInviteLeavesTheKeysAsTheyWere() {
    answered(KEY);
    call.call.confirmed("t");
    SrtpSession before = told(call, CALLER);
    call.offer(CALLER, PHONE, sdp(PHONE, "RTP/SAVP", CRYPTO + KEY2));
    call.call.rejected(CALLER);
    assertThat(told(call, CALLER)).isEqualTo(before);
  }

  @Test
  void anAnswerToALaterOfferWithoutKeysKeepsThoseThatAre() {
    call.offer(CALLEE, FARM, sdp(FARM, "RTP/AVP"));
    call.answer(CALLER, "t", PHONE, sdp(PHONE, "RTP/SAVP", CRYPTO + KEY));
    call.call.confirmed("t");
    SrtpSession before = told(call, CALLER);
    call.offer(CALLEE, FARM, sdp(FARM, "RTP/AVP"));
    assertThat(call.answer(CALLER, "t", PHONE, sdp(PHONE, "RTP/SAVP"))).contains("RTP/AVP 8");
    assertThat(told(call, CALLER)).isEqualTo(before);
  }

  @Test
  void faxIsNotEncryptedAndPasses() {
    String fax =
        "v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\nm=image 4000 udptl t38\r\n";
    assertThat(call.offer(CALLER, PHONE, fax.formatted(PHONE, PHONE))).contains("m=image 30002");
    assertThat(call.answer(CALLEE, "t", FARM, fax.formatted(FARM, FARM))).contains("m=image 30000");
  }
}

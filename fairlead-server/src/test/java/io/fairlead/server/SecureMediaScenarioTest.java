// SPDX-License-Identifier: Apache-2.0
package io.fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.fairlead.observe.RecordText;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Calls of a route with a media profile: SRTP outside, plain RTP inside. */
class SecureMediaScenarioTest {
  private static final String KEY = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";
  private static final String KEY2 = "PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR";
  private static final String CRYPTO = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:";

  private final MediaRig rig = rig("trunk-srtp");

  private static MediaRig rig(String outside) {
    String yaml =
        MediaRig.yaml("secure", "bye")
            .replace("  relay:", "  profiles: { secure: { outside: " + outside + " } }\n  relay:");
    return new MediaRig(new VirtualNet(1, 1), yaml);
  }

  private static String secured(String key) {
    return MediaRig.callers().replace("RTP/AVP", "RTP/SAVP") + CRYPTO + key + "\r\n";
  }

  private static String crypto(Seen message) {
    return message
        .text()
        .lines()
        .filter(line -> line.startsWith("a=crypto"))
        .findFirst()
        .orElse("");
  }

  private Leg call() {
    Leg leg = rig.invite(secured(KEY));
    rig.net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(200);
    return leg;
  }

  @Test
  void theFarmReadsNothingOfKeysAndTheCallLogSaysTheSuite() {
    Leg leg = call();
    Seen invite = rig.rig.backend(1).last("INVITE");
    assertThat(MediaRig.body(invite)).contains("RTP/AVP 8 101").doesNotContain("crypto");
    assertThat(invite.first("Content-Length")).isEqualTo("" + MediaRig.body(invite).length());
    Seen answer = leg.last("INVITE");
    assertThat(MediaRig.body(answer)).contains("RTP/SAVP 8 101", CRYPTO).doesNotContain(KEY);
    leg.bye();
    rig.assertEmpty();
    assertThat(RecordText.media(rig.rig.records.getFirst()))
        .contains("media=relay", "caller-srtp=AES_CM_128_HMAC_SHA1_80")
        .doesNotContain("callee-srtp");
  }

  @Test
  void aCallerWithoutSrtpIsRefusedAndNobodyRings() {
    Leg leg = rig.invite(MediaRig.callers());
    rig.net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(488);
    assertThat(rig.rig.backends).allMatch(backend -> backend.requests("INVITE") == 0);
    assertThat(rig.rig.log()).contains("flag=KX");
    rig.assertEmpty();
  }

  @Test
  void aKeyThatIsNotTakenIsRefused() {
    Leg leg = rig.invite(secured(KEY + "|1:4"));
    rig.net.runMs(200);
    assertThat(leg.last("INVITE").status()).isEqualTo(488);
    rig.assertEmpty();
  }

  @Test
  void anAnswerWithSrtpThatNobodyOfferedEndsTheCall() {
    rig.rig.backend(1).script =
        in -> in.answerWith(MediaRig.callees().replace("RTP/AVP", "RTP/SAVP"), 200);
    Leg leg = rig.invite(secured(KEY));
    rig.net.runMs(500);
    assertThat(leg.last("INVITE").status()).isEqualTo(488);
    assertThat(rig.rig.backend(1).requests("BYE")).isEqualTo(1);
    rig.assertEmpty();
  }

  @Test
  void opportunisticCallersHaveItOrNot() {
    for (String more : List.of("", CRYPTO + KEY + "\r\n")) {
      MediaRig open = rig("phone-sdes");
      Leg leg = open.invite(MediaRig.callers() + more);
      open.net.runMs(200);
      String answer = MediaRig.body(leg.last("INVITE"));
      assertThat(answer).contains("RTP/AVP 8 101");
      assertThat(answer.contains("a=crypto:1 ")).isEqualTo(!more.isEmpty());
      leg.bye();
      open.assertEmpty();
    }
  }

  @Test
  void aBackendThatIsTriedNextIsOnItsOwnNetworksTerms() {
    rig.rig.backend(1).script = in -> in.answer(503);
    rig.rig.backend(2).script =
        in -> {
          String offered = crypto(in.request);
          String tag = offered.replaceFirst("a=crypto:(\\d+) .*", "$1");
          String suite = offered.split(" ")[1];
          in.answerWith(
              MediaRig.callees().replace("RTP/AVP", "RTP/SAVP")
                  + "a=crypto:"
                  + tag
                  + " "
                  + suite
                  + " inline:"
                  + KEY2
                  + "\r\n",
              200);
        };
    Leg leg = call();
    assertThat(MediaRig.body(rig.rig.backend(1).last("INVITE"))).contains("RTP/AVP ");
    Seen second = Objects.requireNonNull(rig.rig.backend(2).last("INVITE"));
    assertThat(MediaRig.body(second)).contains("RTP/SAVP ", "a=crypto:1 ", "a=crypto:2 ");
    leg.bye();
    rig.assertEmpty();
    assertThat(RecordText.media(rig.rig.records.getFirst()))
        .contains("caller-srtp=AES_CM_128", "callee-srtp=AES_CM_128");
  }

  @Test
  void aReInviteWithAnotherKeyIsAnsweredWithAnotherAndTheSameWithTheSame() {
    Leg leg = call();
    String first = crypto(leg.last("INVITE"));
    leg.body = secured(KEY);
    leg.send("INVITE");
    rig.net.runMs(200);
    assertThat(crypto(leg.last("INVITE"))).isEqualTo(first);
    leg.body = secured(KEY2);
    leg.send("INVITE");
    rig.net.runMs(200);
    assertThat(crypto(leg.last("INVITE"))).startsWith(CRYPTO).isNotEqualTo(first);
    leg.bye();
    rig.assertEmpty();
  }
}

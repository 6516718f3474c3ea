// SPDX-License-Identifier: Apache-2.0
package io.fairlead.registrar.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our answers to challenges of registrars behind us. */
class DigestClientTest {
  // MD5 of bob:biloxi.com:zanzibar.
  private static final byte[] HA1 =
      "12af60467a33e8518da5c68bbff12b11".getBytes(StandardCharsets.US_ASCII);

  @Test
  void answersAChallengeWithQop() {
    DigestClient answer =
        DigestClient.to(
            "Digest realm=\"biloxi.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\","
                + " algorithm=MD5, qop=\"auth,auth-int\", opaque=\"5ccc\", stale=true");
    assertThat(answer)
        .isEqualTo(
            new DigestClient(
                "biloxi.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "5ccc", false, true, true));
    assertThat(Objects.requireNonNull(answer).line("bob", "sip:biloxi.com", HA1, "0a4f113b"))
        .matches(
            "Authorization: Digest username=\"bob\", realm=\"biloxi.com\","
                + " nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"sip:biloxi.com\","
                + " response=\"[0-9a-f]{32}\", algorithm=MD5, opaque=\"5ccc\", qop=auth,"
                + " nc=00000001, cnonce=\"0a4f113b\"\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Basic realm=\"x\"",
        "Digest realm=\"x\"",
        "Digest realm=\"x\", nonce=\"n\", algorithm=MD5-sess",
        "Digest realm=\"x\", nonce=\"n\", qop=\"auth-int\"",
      })
  void doesNotAnswerWhatItDoesNotSpeak(String challenge) {
    assertThat(DigestClient.to(challenge)).isNull();
  }
}

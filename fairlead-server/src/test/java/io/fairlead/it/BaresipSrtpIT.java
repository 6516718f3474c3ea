// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A baresip with SRTP outside and one without it inside call each other; each hears the other. */
@Timeout(180)
class BaresipSrtpIT {
  private static final int SECURE_HZ = 440;
  private static final int PLAIN_HZ = 1000;

  /**
   * A call.
   *
   * @param how the secured phone has SRTP
   * @param calls true when that phone calls
   * @param ports of the relay, its first hundred
   * @param side what the profile says of its network
   * @param expected what the call log says
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          srtp-mand  | true  | 601 | trunk-srtp | caller-srtp=AES_CM_128_HMAC_SHA1_80
          srtp       | true  | 602 | phone-sdes | caller-srtp=A
          srtp-mandf | true  | 603 | trunk-srtp | caller-srtp=AES_CM_128_HMAC_SHA1_80
          srtp-mand  | false | 604 | trunk-srtp | callee-srtp=AES_CM_128_HMAC_SHA1_80
          srtp       | false | 605 | phone-sdes | callee-srtp=AEAD_AES_256_GCM
          """)
  void eachHearsTheOther(String how, boolean calls, int ports, String side, String expected) {
    InetSocketAddress outside = Loopback.free();
    InetSocketAddress inside = Loopback.free();
    String config =
        """
        listeners:
          - { name: out, bind: 'udp://%s', network: outside }
          - { name: in, bind: 'udp://%s', network: inside }
        media:
          relay: { ports: %d00-%d99, address: 127.0.0.1, kernel: off }
          profiles: { secure: { outside: %s, inside: plain } }
        registrars:
          phones: { domains: [ home.test ], users: off }
        routes:
          - { match: { method: REGISTER }, registrar: phones }
          - { match: { location: phones }, to-location: phones, media: secure }
          - { reject: 404 Not Found }
        """
            .formatted(Loopback.text(outside), Loopback.text(inside), ports, ports, side);
    Baresip.Account secure = Baresip.account("alice", "home.test").encrypts(how).says(SECURE_HZ);
    Baresip.Account plain = Baresip.account("bob", "home.test").says(PLAIN_HZ);
    try (FairleadProcess process = FairleadProcess.run(config);
        Baresip callee =
            (calls ? plain : secure)
                .start(Loopback.text(Loopback.free()), calls ? inside : outside)) {
      callee.awaitRegistered();
      try (Baresip caller =
          (calls ? secure : plain)
              .dials("sip:" + (calls ? "bob" : "alice") + "@home.test")
              .start(Loopback.text(Loopback.free()), calls ? outside : inside)) {
        callee.hears(calls ? SECURE_HZ : PLAIN_HZ);
        caller.hears(calls ? PLAIN_HZ : SECURE_HZ);
        assertThat((calls ? callee : caller).log()).doesNotContain("inline:");
        assertThat((calls ? caller : callee).log()).contains("inline:");
      }
      assertThat(Loopback.await(Duration.ofSeconds(10), () -> process.log().contains("kind=call")))
          .isTrue();
      assertThat(process.log())
          .contains("media=relay", expected)
          .doesNotContain("one-way", "inline:");
    }
  }
}

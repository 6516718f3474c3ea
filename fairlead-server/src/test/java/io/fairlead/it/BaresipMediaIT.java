// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One baresip calls another one over the relay, and each hears the other one's tone. */
@Timeout(120)
class BaresipMediaIT {
  private static final int CALLER_HZ = 440;
  private static final int CALLEE_HZ = 1000;

  @Test
  void eachHearsTheOther() {
    InetSocketAddress fairlead = Loopback.free();
    InetSocketAddress phone = Loopback.free();
    String config =
        """
        listeners: [ 'udp://%s' ]
        media:
          relay: { ports: 63000-63499, address: 127.0.0.1, kernel: off }
        registrars:
          phones: { domains: [ home.test ], users: off }
        routes:
          - { match: { method: REGISTER }, registrar: phones }
          - { match: { location: phones }, to-location: phones, media: relay }
          - { reject: 404 Not Found }
        """
            .formatted(Loopback.text(fairlead));
    try (FairleadProcess process = FairleadProcess.run(config);
        Baresip bob =
            Baresip.account("bob", "home.test")
                .says(CALLEE_HZ)
                .start(Loopback.text(phone), fairlead)) {
      bob.awaitRegistered();
      try (Baresip alice =
          Baresip.account("alice", "home.test")
              .says(CALLER_HZ)
              .dials("sip:bob@home.test")
              .start(Loopback.text(Loopback.free()), fairlead)) {
        bob.hears(CALLER_HZ);
        alice.hears(CALLEE_HZ);
        assertThat(bob.heard(CALLEE_HZ)).isFalse();
        assertThat(alice.log()).contains("m=audio 63");
      }
      assertThat(Loopback.await(Duration.ofSeconds(10), () -> process.log().contains("kind=call")))
          .isTrue();
      assertThat(process.log()).contains("media=relay").doesNotContain("one-way");
    }
  }
}

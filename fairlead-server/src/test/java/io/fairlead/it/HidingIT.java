// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real phones outside, a farm inside that they never see. */
@Timeout(180)
class HidingIT {
  private static final String FARM = "127.0.0.77";
  private static final String FAIRLEAD = "127.0.0.78";
  private static final int TONE_OF_ALICE = 440;
  private static final int TONE_OF_BOB = 1000;

  private final InetSocketAddress outside = Loopback.free();
  private final InetSocketAddress inside = Loopback.free(FAIRLEAD);

  private String config(String more) {
    return """
    listeners:
      - { bind: "udp://%s", network: outside }
      - { bind: "udp://%s", network: inside }
    guard:
      topology-hiding: { network: outside, inside: [ %s ] }
      trust: { networks: { outside: untrusted } }
    media:
      relay:
        ports: 63600-63699
        kernel: off
        address: { outside: 127.0.0.1, inside: %s }
    """
            .formatted(Loopback.text(outside), Loopback.text(inside), FARM, FAIRLEAD)
        + more;
  }

  @ParameterizedTest
  @CsvSource({
    "caller-call, backend-call",
    "caller-is-hung-up-on, backend-hangs-up",
    "caller-reinvites, backend-is-reinvited",
    "caller-is-reinvited, backend-reinvites",
    "caller-updates, backend-is-updated",
    "caller-acknowledges-ringing, backend-rings-reliably",
    "caller-refers, backend-is-referred",
    "caller-cancels-late, backend-is-cancelled-late"
  })
  void callsGoOnWhileTheFarmIsHidden(String calling, String called) {
    Sipp.Script answering = Sipp.play(called).at(Loopback.free(FARM));
    try (Sipp callee = answering.start();
        FairleadProcess process = FairleadProcess.run(config(farm(callee)));
        Sipp caller = Sipp.play(calling).to(outside).start()) {
      caller.succeeds();
      callee.succeeds();
      assertThat(caller.received()).isNotEmpty();
      for (String line : caller.received().stream().distinct().toList()) {
        assertThat(caller.message(line)).doesNotContain(FARM).doesNotContain(FAIRLEAD);
      }
      assertThat(process.log()).doesNotContain("fairlead_loop_errors");
    }
  }

  private static String farm(Sipp callee) {
    return """
    pools:
      farm: { network: inside, health: off, backends: [ 'sip:%s' ] }
    routes:
      - { to: farm, media: relay }
    """
        .formatted(Loopback.text(callee.address()));
  }

  @Test
  void phonesOnBothSidesHearEachOther() {
    String registrar =
        """
        registrars:
          phones: { domains: [ home.test ], users: off }
        routes:
          - { match: { method: REGISTER }, registrar: phones }
          - { match: { location: phones }, to-location: phones, media: relay }
        """;
    try (FairleadProcess process = FairleadProcess.run(config(registrar));
        Baresip bob =
            Baresip.account("bob", "home.test")
                .says(TONE_OF_BOB)
                .start(Loopback.text(Loopback.free(FARM)), inside)) {
      bob.awaitRegistered();
      try (Baresip alice =
          Baresip.account("alice", "home.test")
              .says(TONE_OF_ALICE)
              .dials("sip:bob@home.test")
              .start(Loopback.text(Loopback.free()), outside)) {
        bob.hears(TONE_OF_ALICE);
        alice.hears(TONE_OF_BOB);
        assertThat(alice.log()).contains("fl-h.").doesNotContain(FARM);
      }
      assertThat(process.log()).doesNotContain("defect");
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A SIPp that plays RTP to one that sends it back, over the relay, counted on both ways. */
@Timeout(120)
class SippMediaIT {
  private static final int PACKETS = 50;
  private static final int SAMPLES = 160;

  @Test
  void everyPacketComesBack() {
    InetSocketAddress fairlead = Loopback.free();
    try (Sipp callee = Sipp.play("backend-call").echoes().start();
        FairleadProcess process = relaying(fairlead, callee.address(), "63500-63549");
        Sipp caller = caller("caller-streams", fairlead)) {
      caller.succeeds();
      callee.succeeds();
      everyPacketIsCounted(process);
    }
  }

  @Test
  void followsARedirectToTheTierThatRelays() {
    InetSocketAddress tier = Loopback.free();
    InetSocketAddress relay = Loopback.free();
    try (Sipp callee = Sipp.play("backend-call").echoes().start();
        FairleadProcess second = relaying(relay, callee.address(), "63550-63599");
        FairleadProcess first =
            FairleadProcess.run(
                """
                listeners: [ 'udp://%s' ]
                pools:
                  media: { health: off, backends: [ 'sip:%s' ] }
                routes:
                  - { to: media, mode: redirect }
                """
                    .formatted(Loopback.text(tier), Loopback.text(relay)));
        Sipp caller = caller("caller-follows-redirect", tier)) {
      caller.succeeds();
      callee.succeeds();
      assertThat(caller.received("SIP/2.0 302")).isEqualTo(1);
      assertThat(callee.received("INVITE")).isEqualTo(1);
      assertThat(RtpEnd.place(caller.message("SIP/2.0 200")).getPort()).isBetween(63550, 63599);
      everyPacketIsCounted(second);
      assertThat(first.log()).contains("status=302").doesNotContain("media=relay");
    }
  }

  private static FairleadProcess relaying(
      InetSocketAddress at, InetSocketAddress callee, String ports) {
    return FairleadProcess.run(
        """
        listeners: [ 'udp://%s' ]
        media:
          relay: { ports: %s, address: 127.0.0.1, kernel: off }
        pools:
          farm: { health: off, backends: [ 'sip:%s' ] }
        routes:
          - { to: farm, media: relay }
        """
            .formatted(Loopback.text(at), ports, Loopback.text(callee)));
  }

  private static Sipp caller(String scenario, InetSocketAddress fairlead) {
    try {
      byte[] sound = new byte[PACKETS * SAMPLES];
      new Random(3).nextBytes(sound);
      Path file = Files.write(Program.directory("sound").resolve("noise.al"), sound);
      return Sipp.play(scenario)
          .with("file", file.toString())
          .to(fairlead)
          .rate(1, Duration.ofMillis(PACKETS * 20 + 500))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void everyPacketIsCounted(FairleadProcess process) {
    assertThat(Loopback.await(Duration.ofSeconds(10), () -> process.log().contains("kind=call")))
        .isTrue();
    assertThat(process.log())
        .contains(
            "media=relay",
            "codec=PCMA/8000",
            "caller-packets=" + PACKETS,
            "caller-lost=0",
            "callee-packets=" + PACKETS,
            "callee-lost=0");
  }
}

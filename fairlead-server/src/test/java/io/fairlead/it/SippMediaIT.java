// SPDX-License-Identifier: Apache-2.0
package io.fairlead.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
  void everyPacketComesBack() throws IOException {
    Path file = Program.directory("sound").resolve("noise.al");
    byte[] sound = new byte[PACKETS * SAMPLES];
    new Random(3).nextBytes(sound);
    Files.write(file, sound);
    InetSocketAddress fairlead = Loopback.free();
    Sipp.Script answering = Sipp.play("backend-call").echoes();
    try (Sipp callee = answering.start();
        FairleadProcess process =
            FairleadProcess.run(
                """
                listeners: [ 'udp://%s' ]
                media:
                  relay: { ports: 63500-63599, address: 127.0.0.1, kernel: off }
                pools:
                  farm: { health: off, backends: [ 'sip:%s' ] }
                routes:
                  - { to: farm, media: relay }
                """
                    .formatted(Loopback.text(fairlead), Loopback.text(callee.address())));
        Sipp caller =
            Sipp.play("caller-streams")
                .with("file", file.toString())
                .to(fairlead)
                .rate(1, Duration.ofMillis(PACKETS * 20 + 500))
                .start()) {
      caller.succeeds();
      callee.succeeds();
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
}
